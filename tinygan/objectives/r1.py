"""R1 and R2: penalties on D's input gradient at examples and at samples; Mescheder et al. 2018."""

from dataclasses import dataclass
from typing import ClassVar

from tinygan.autograd import Array
from tinygan.objectives.input_gradients import mean_squared_norm
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.slopes import FAKE, REAL, slope
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class R1(Term):
    """weight / 2 * E[||grad D(x)||**2] in D's loss, at examples x; eq. (9).

    At equilibrium D is constant on the data. Near it, the penalty damps the oscillation of D and G.

    D: the gradient is that of the logit. The score of an example, or of a pack, must not depend on other examples.
    weight: the paper's gamma.
    """

    weight: float = number(10.0)

    vanishes: ClassVar[bool] = True  # the best D is constant
    slopes_at: ClassVar[frozenset[str]] = frozenset((REAL,))

    def d(self, turn: Turn) -> Array:
        """weight / 2 * mean ||grad D(x)||**2."""
        return 0.5 * self.weight * mean_squared_norm(slope(turn, REAL))


@dataclass(frozen=True)
class R2(Term):
    """weight / 2 * E[||grad D(G(z))||**2] in D's loss, at samples; eq. (10). D and weight are as for R1.

    With R1 beside it, one pass through D serves the loss and both penalties.
    """

    weight: float = number(10.0)

    vanishes: ClassVar[bool] = True  # the best D is constant
    slopes_at: ClassVar[frozenset[str]] = frozenset((FAKE,))

    def d(self, turn: Turn) -> Array:
        """weight / 2 * mean ||grad D(G(z))||**2."""
        return 0.5 * self.weight * mean_squared_norm(slope(turn, FAKE))
