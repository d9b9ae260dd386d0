"""A penalty that holds the norm of D's gradient near 1 around the data: DRAGAN of Kodali et al. 2017."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.nn.minibatch import each, is_number
from tinygan.objectives.input_gradients import distance_from_1
from tinygan.objectives.memory import generator, number
from tinygan.objectives.objective import Term
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class DRAGAN(Term):
    """D pays weight * E[(||grad D(x + delta)|| - 1)**2], delta normal around the examples.

    D: the gradient is that of what it gives, the logit; it must take each example, or each pack of them, on its own.
    weight: lambda of the paper.
    scale: the standard deviation of delta in units of the minibatch's own, over all its numbers. The paper's noise is
    N(0, c I) with a fixed c; the authors' code takes 0.5 times the minibatch's standard deviation times uniform noise.
    Here the noise is the paper's and its size the code's.
    rng: a NumPy generator, which draws delta.
    """

    weight: float = number(10.0)
    scale: float = number(0.5)
    rng: Any = generator("standard_normal")

    def d(self, turn: Turn) -> Any:
        """weight * mean (||grad D(x + delta)|| - 1)**2."""
        return self.weight * distance_from_1(turn.D, each(self._perturbed, turn.shown_real))

    def _perturbed(self, x: Any) -> Any:
        if not is_number(x):
            return x
        delta = namespace(raw(x)).asarray(self.rng.standard_normal(x.shape), dtype=x.dtype)
        return x + self.scale * F.sqrt(F.var(x, correction=0)) * delta
