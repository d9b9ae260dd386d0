"""Penalties on D's gradient where the data are, and where the samples are; Mescheder et al. 2018."""

from dataclasses import dataclass
from typing import Any

from tinygan.objectives.input_gradients import squared_norm
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class R1(Term):
    """D pays weight / 2 * E[||grad D(x)||**2] on examples; eq. (9).

    At equilibrium D is flat on the data, and there this term pulls it back when it starts to circle.

    D: the gradient is that of what it gives, the logit; it must take each example, or each pack of them, on its own.
    weight: the paper's gamma.
    """

    weight: float = number(10.0)

    def d(self, turn: Turn) -> Any:
        """weight / 2 * mean ||grad D(x)||**2."""
        return 0.5 * self.weight * squared_norm(turn.D, turn.shown_real)


@dataclass(frozen=True)
class R2(Term):
    """D pays weight / 2 * E[||grad D(G(z))||**2] on samples; eq. (10). What R1 says of D and weight holds here."""

    weight: float = number(10.0)

    def d(self, turn: Turn) -> Any:
        """weight / 2 * mean ||grad D(G(z))||**2."""
        return 0.5 * self.weight * squared_norm(turn.D, turn.shown_fake)
