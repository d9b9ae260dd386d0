"""The penalty of WGAN-GP, which holds the norm of D's gradient near 1; Gulrajani et al. 2017."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.errors import ShapeMismatch
from tinygan.nn.minibatch import each, is_number, rows
from tinygan.objectives.input_gradients import distance_from_1
from tinygan.objectives.memory import generator, number
from tinygan.objectives.objective import Term
from tinygan.objectives.scores import scores
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class GradientPenalty(Term):
    """D pays weight * E[(||grad f(x_hat)|| - 1)**2], x_hat uniform on the segment from x to G(z); eq. (3).

    D must take each example on its own: layer norm, not batch norm (section 4).
    weight: lambda of section 4.   rng: a NumPy generator, which draws the place of each x_hat on its segment.
    """

    weight: float = number(10.0)
    rng: Any = generator("random")

    def d(self, turn: Turn) -> Any:
        """weight * mean (||grad f(x_hat)|| - 1)**2."""
        packs = len(scores(turn.d_real)[0])
        epsilon = np.repeat(self.rng.random(packs), rows(turn.x) // packs)  # one for each pack, if D judges packs
        return gradient_penalty(turn.D, turn.shown_real, turn.shown_fake, epsilon, self.weight)


def gradient_penalty(D: Any, x: Any, fake: Any, epsilon: Any, weight: float) -> Any:
    """weight * mean (||grad f(x_hat)|| - 1)**2, with x_hat = epsilon x + (1 - epsilon) fake; eq. (3), second term.

    x, fake: minibatches of one form and shape. Labels are those of x.
    epsilon: numbers in [0, 1], one for each example, in an array of any shape.
    Returns a scalar, differentiable in D's parameters: a gradient of a gradient. Raises ShapeMismatch if x and fake
    differ.
    """

    def between(real: Any, fake: Any) -> Any:
        if real.shape != fake.shape:
            raise ShapeMismatch(f"gradient_penalty: x is {real.shape}, but fake {fake.shape}: each x needs one sample")
        if not is_number(real):
            return real
        share = namespace(raw(real)).asarray(epsilon, dtype=real.dtype)
        share = F.reshape(share, shape=(len(real), *(1 for _ in real.shape[1:])))
        return share * real + (1 - share) * fake

    return weight * distance_from_1(D, each(between, x, fake))
