"""The minimax game of Goodfellow et al. 2014, eq. (1), and the non-saturating loss of G (section 3).

D returns logits l: log D = -softplus(-l) and log(1 - D) = -softplus(l), exact at any l.
"""

from dataclasses import dataclass
from math import log
from typing import ClassVar

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class Minimax(Loss):
    """D ascends V(D, G) = E[log D(x)] + E[log(1 - D(G(z)))]; G descends its second term."""

    output: ClassVar[str] = "probability"

    def d(self, real: Array, fake: Array) -> Array:
        """-V(D, G): -mean log D(x) - mean log(1 - D(G(z)))."""
        return F.mean(F.softplus(-real)) + F.mean(F.softplus(fake))

    def g(self, fake: Array, real: Array) -> Array:
        """mean log(1 - D(G(z)))."""
        return -F.mean(F.softplus(fake))

    def at_equilibrium(self) -> dict[str, float]:
        """D = 1/2 everywhere (proposition 1): D's loss is log 4 (theorem 1), and G's is -log 2."""
        return {"D": log(4), "G": -log(2), "output": 0.5}

    def reading(self, score: Array) -> Array:
        """The probability sigmoid(l)."""
        return F.sigmoid(score)


@dataclass(frozen=True)
class NonSaturating(Minimax):
    """D as in Minimax; G ascends E[log D(G(z))], whose gradient does not vanish where D(G(z)) is near 0.

    real: D's target for examples. A target below 1 is the one-sided label smoothing of Salimans et al. 2016, section
    3.4. The optimal D is then real * p_data / (p_data + p_g). The target for samples is 0: another one would add p_g to
    the numerator, and G would have no incentive to leave regions without data.
    Raises SettingError unless 0 < real <= 1.
    """

    real: float = number(1.0, most=1, above=True)

    def d(self, real: Array, fake: Array) -> Array:
        """mean[-real log D(x) - (1 - real) log(1 - D(x))] - mean log(1 - D(G(z)))."""
        if self.real == 1:
            return super().d(real, fake)
        return F.mean(F.softplus(-real) + (1 - self.real) * real) + F.mean(F.softplus(fake))

    def g(self, fake: Array, real: Array) -> Array:
        """-mean log D(G(z))."""
        return F.mean(F.softplus(-fake))

    def at_equilibrium(self) -> dict[str, float]:
        """D = real / 2 everywhere. For real = 1, D's loss is log 4, and G's is log 2."""
        d = self.real / 2
        return {"D": -self.real * log(d) - (2 - self.real) * log(1 - d), "G": -log(d), "output": d}
