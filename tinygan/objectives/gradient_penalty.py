"""The gradient penalty of WGAN-GP, which keeps the norm of D's input gradient near 1; Gulrajani et al. 2017."""

from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import ShapeMismatch
from tinygan.nn import Minibatch, Module
from tinygan.nn.minibatch import each, is_number, rows
from tinygan.objectives.input_gradients import unit_norm_penalty
from tinygan.objectives.memory import generator, number
from tinygan.objectives.objective import Term
from tinygan.objectives.scores import scores
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class GradientPenalty(Term):
    """weight * E[(||grad f(x_hat)|| - 1)**2] in D's loss, with x_hat uniform on the segment from x to G(z); eq. (3).

    D's score of an example must not depend on other examples: use layer norm, not batch norm (section 4).
    weight: lambda of section 4.   rng: a NumPy generator, which draws the position of each x_hat on its segment.
    """

    weight: float = number(10.0)
    rng: Any = generator()

    def d(self, turn: Turn) -> Array:
        """weight * mean (||grad f(x_hat)|| - 1)**2."""
        packs = gcd(*map(len, scores(turn.d_real)))  # of several sizes: the blocks that are whole packs of each size
        epsilon = np.repeat(self.rng.random(packs), rows(turn.x) // packs)  # one for each example, or for each pack
        return gradient_penalty(turn.D, turn.shown_real, turn.shown_fake, epsilon, self.weight)


def gradient_penalty(D: Module, x: Minibatch, fake: Minibatch, epsilon: Array, weight: float) -> Array:
    """weight * mean (||grad f(x_hat)|| - 1)**2, with x_hat = epsilon x + (1 - epsilon) fake; eq. (3), second term.

    x, fake: minibatches of one form and shape. The labels of x_hat are those of x.
    epsilon: numbers in [0, 1], one for each example, in an array of any shape.
    Returns a scalar, differentiable in D's parameters (second order). Raises ShapeMismatch if the shapes differ.
    """

    def interpolated(real: Array, fake: Array) -> Array:
        if real.shape != fake.shape:
            raise ShapeMismatch(f"gradient_penalty: x is {real.shape}, but fake {fake.shape}: each x needs one sample")
        if not is_number(real):
            return real
        t = namespace(raw(real)).asarray(epsilon, dtype=real.dtype)
        t = F.reshape(t, shape=(len(real), *(1 for _ in real.shape[1:])))
        return t * real + (1 - t) * fake

    return weight * unit_norm_penalty(D, each(interpolated, x, fake))
