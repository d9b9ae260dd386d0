"""Adaptive discriminator augmentation: D's overfitting decides how many images are transformed; Karras et al. 2020."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.nn import frozen
from tinygan.nn.minibatch import Minibatch, each, is_number, rows
from tinygan.objectives.memory import generator, number, remembered
from tinygan.objectives.scores import scores, total
from tinygan.objectives.transformations import TRANSFORMATIONS, expect_images
from tinygan.objectives.turn import Turn
from tinygan.objectives.view import View


@dataclass(frozen=True)
class ADA(View):
    """Each transformation is applied to each image, examples and samples alike, with probability p; section 3.

    r_t = E[sign D(x)] over the examples of the last `interval` iterations (eq. (1)) is 0 if D knows nothing about the
    examples, and 1 if it is sure of all of them. Where it is above `target`, p rises by m * interval / ramp, and below
    it falls as much; p stays in [0, 1]. r_t is that of D after its update, on the images it has just had, transformed
    anew, which takes a pass of D.
    D: its outputs are logits, or scores whose sign separates examples from samples.
    target: 0.6 in the paper.   ramp: the number of images in which p can rise from 0 to 1; 500,000 in the paper.
    interval: iterations between changes of p; 4 in the paper.
    p, r_t: their current values; r_t is None before the first interval has ended.
    signs: the sum of the means of sign D(x) in the current interval.   iteration: the number of past iterations.
    rng: a NumPy generator, which draws the transformations and the images that get them.

    The transformations are those of `DiffAugment`. The paper's also flip, turn and scale.
    Raises ShapeMismatch where D's input has floating-point leaves that are no images, SettingError for an interval
    below 1.
    """

    target: float = number(0.6, least=-1.0, most=1.0)
    ramp: float = number(500_000, above=True)
    interval: int = 4
    p: Any = remembered(0.0)
    r_t: Any = remembered(None)
    signs: Any = remembered(0.0)
    iteration: int = remembered(0, least=0)
    rng: Any = generator()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.interval, int) or self.interval < 1:
            raise SettingError(f"ADA: interval is expected to be a whole number of at least 1, got {self.interval!r}")

    def real(self, x: Minibatch, turn: Turn) -> Minibatch:
        """x, of which some images are transformed."""

        def transformed(x: Array) -> Array:
            if not is_number(x):
                return x
            expect_images("ADA", x)
            for transformation in TRANSFORMATIONS.values():
                chosen = namespace(raw(x)).asarray(self.rng.random((len(x), 1, 1, 1))) < self.p
                x = F.where(chosen, transformation(x, self.rng), x)
            return x

        return each(transformed, x)

    def fake(self, x: Minibatch, turn: Turn) -> Minibatch:
        """G(z), of which some images are transformed."""
        return self.real(x, turn)

    def remember(self, turn: Turn) -> Self:
        """The view with p and r_t after this iteration."""
        outputs = [raw(score) for score in scores(frozen(turn.D)(turn.shown_real))]
        signs = self.signs + total(F.mean(namespace(output).sign(output)) for output in outputs) / len(outputs)
        state: dict[str, Any] = {"iteration": self.iteration + 1, "signs": signs}
        if state["iteration"] % self.interval == 0:
            r_t = signs / self.interval
            step = rows(turn.x) * self.interval / self.ramp
            p = F.clip(self.p + step * namespace(r_t).sign(r_t - self.target), 0.0, 1.0)
            state |= {"p": p, "r_t": r_t, "signs": 0.0 * signs}
        return dataclasses.replace(self, **state)

    def measures(self, turn: Turn) -> dict[str, Any]:
        """p, and r_t from the end of the first interval on."""
        return {"p": self.p} if self.r_t is None else {"p": self.p, "r_t": self.r_t}
