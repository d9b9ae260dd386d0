"""The value function of Goodfellow et al. 2014, eq. (1), and the generator's loss that does not saturate (section 3).

D gives logits l: log D = -softplus(-l) and log(1 - D) = -softplus(l), exact at any l.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class Minimax(Loss):
    """D ascends V(D, G) = E[log D(x)] + E[log(1 - D(G(z)))]; G descends the second term. Both losses are minimized."""

    output: ClassVar[str] = "probability"

    def d(self, real: Any, fake: Any) -> Any:
        """-V(D, G): -mean log D(x) - mean log(1 - D(G(z)))."""
        return F.mean(F.softplus(-real)) + F.mean(F.softplus(fake))

    def g(self, fake: Any, real: Any) -> Any:
        """mean log(1 - D(G(z)))."""
        return -F.mean(F.softplus(fake))

    def reading(self, score: Any) -> Any:
        """D(x) as a probability."""
        return F.sigmoid(score)


@dataclass(frozen=True)
class NonSaturating(Minimax):
    """The same D; G ascends E[log D(G(z))], whose gradient stays strong where D is sure.

    real: D's target for examples. Below 1 it is the one-sided label smoothing of Salimans et al. 2016, section 3.4: at
    its best D is then real * p_data / (p_data + p_g). The target for samples stays 0, since a smoothed one would put
    p_g into the numerator and give G a reason to stay where it is.
    Raises SettingError unless 0 < real <= 1.
    """

    real: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.real <= 1:
            raise SettingError(f"NonSaturating: real is expected in (0, 1], got {self.real}")

    def d(self, real: Any, fake: Any) -> Any:
        """mean[-real log D(x) - (1 - real) log(1 - D(x))] - mean log(1 - D(G(z)))."""
        if self.real == 1:
            return super().d(real, fake)
        return F.mean(F.softplus(-real) + (1 - self.real) * real) + F.mean(F.softplus(fake))

    def g(self, fake: Any, real: Any) -> Any:
        """-mean log D(G(z))."""
        return F.mean(F.softplus(-fake))
