"""A history of samples: D is also shown samples of earlier generators; Shrivastava et al. 2017, section 2.3."""

import copy
import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.minibatch import Minibatch, concatenated, each, leaves, rows, shapes
from tinygan.objectives.memory import generator, number, remembered
from tinygan.objectives.turn import Turn
from tinygan.objectives.view import View

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class History(View):
    """In D's turn each sample has with probability 1/2 a stored one of an earlier G in its place; G's turn has none.

    A D that is shown only the newest samples forgets what G made before, and G can return to it. The stored samples are
    those of the authors of CycleGAN (Zhu et al. 2017, section 4, and ImagePool in their code): they fill up first;
    then a stored sample that D has been shown is replaced by a new one. The new ones are those that G, after its
    update, makes of the z of its turn.

    size: how many samples are stored; 50 in Zhu et al.   rng: a NumPy generator, which draws who is shown.
    samples: the stored ones, a table of the leaves of a sample in order. The parts of a `Pair` are stored together.
    A minibatch has at most `size` stored samples, each once.
    """

    of_whole_minibatch: ClassVar[bool] = True  # who is shown depends on who else is

    size: int = number(50, least=1.0)
    samples: dict[str, Any] = remembered(factory=dict)
    rng: Any = generator()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not hasattr(self.size, "__index__"):
            raise SettingError(f"size is expected to be a whole number, got {self.size!r}")

    def fake(self, x: Minibatch, turn: Turn) -> Minibatch:
        """G(z), in D's turn with stored samples among them. No random number is used up: `remember` has the same."""
        if turn.player != "D" or self.stored < self.size:
            return x
        order = np.arange(rows(x))
        replaced, places = self._drawn(len(order), copy.deepcopy(self.rng))
        order[replaced] = len(order) + places  # behind the new samples
        return each(lambda new, old: F.getitem(F.concatenate([new, old]), index=order), x, self._like(x))

    def remember(self, turn: Turn) -> Self:
        """The view with new samples: all of a minibatch until there are `size`, then in the place of those shown."""
        made = turn.frozen().fake
        order = np.arange(min(self.size, self.stored + rows(made)))
        if self.stored == self.size:
            replaced, places = self._drawn(rows(made), self.rng)
            order[places] = self.size + replaced  # behind the stored samples
        everything = concatenated([self._like(made), made]) if self.stored else made
        kept = [F.getitem(raw(leaf), index=order) for leaf in leaves(everything)]
        # A resumed run has contiguous arrays, and the last bits of a sum depend on the order in memory.
        samples = {str(i): namespace(leaf).ascontiguousarray(leaf) for i, leaf in enumerate(kept)}
        return dataclasses.replace(self, samples=samples)

    @property
    def stored(self) -> int:
        """How many samples there are."""
        return len(next(iter(self.samples.values()))) if self.samples else 0

    def _drawn(self, m: int, rng: np.random.Generator) -> tuple[Indices, Indices]:
        """Which of m samples are replaced, and by which of the stored ones."""
        replaced = np.flatnonzero(rng.random(m) < 0.5)[: self.size]
        return replaced, rng.permutation(self.size)[: len(replaced)]

    def _like(self, x: Minibatch) -> Minibatch:
        """The stored samples in the form of x. Raises ShapeMismatch if they are of another form or shape."""
        stored = iter([self.samples[name] for name in sorted(self.samples, key=int)])

        def corresponding(leaf: Array) -> Array:
            found = next(stored, None)
            if found is None or found.shape[1:] != leaf.shape[1:]:
                raise ShapeMismatch(f"History: the stored samples are not of the shapes of these, {shapes(x)}")
            return found

        return each(corresponding, x)
