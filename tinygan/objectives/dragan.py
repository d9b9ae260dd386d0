"""DRAGAN: a penalty that keeps the norm of D's input gradient near 1 around the data; Kodali et al. 2017."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.nn.minibatch import each, is_number
from tinygan.objectives.input_gradients import unit_norm_penalty
from tinygan.objectives.memory import generator, number
from tinygan.objectives.objective import Term
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class DRAGAN(Term):
    """weight * E[(||grad D(x + delta)|| - 1)**2] in D's loss, with normal noise delta.

    D: the gradient is that of the logit. The score of an example, or of a pack, must not depend on other examples.
    weight: lambda of the paper.
    scale: the std of delta divided by the std of all numbers of the minibatch. In the paper delta is N(0, c I) with a
    fixed c; in the authors' code it is uniform noise times 0.5 std of the minibatch. Here the distribution is the
    paper's and the scale is the code's.
    rng: a NumPy generator, which draws delta.
    """

    weight: float = number(10.0)
    scale: float = number(0.5)
    rng: Any = generator()

    def d(self, turn: Turn) -> Array:
        """weight * mean (||grad D(x + delta)|| - 1)**2."""
        return self.weight * unit_norm_penalty(turn.D, each(self._perturbed, turn.shown_real))

    def _perturbed(self, x: Array) -> Array:
        if not is_number(x):
            return x
        delta = namespace(raw(x)).asarray(self.rng.standard_normal(x.shape), dtype=x.dtype)
        return x + self.scale * F.sqrt(F.var(x, correction=0)) * delta
