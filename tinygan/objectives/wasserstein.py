"""The Wasserstein critic: D gives a score f, not a logit; Arjovsky et al. 2017."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class Wasserstein(Loss):
    """D ascends E[f(x)] - E[f(G(z))], which at its best over 1-Lipschitz f is the Wasserstein-1 distance; eq. (2).

    f must be kept Lipschitz by other means: by `optim.clipped`, or by a term, as in Wasserstein() + GradientPenalty().
    """

    def d(self, real: Any, fake: Any) -> Any:
        """mean f(G(z)) - mean f(x)."""
        return F.mean(fake) - F.mean(real)

    def g(self, fake: Any, real: Any) -> Any:
        """-mean f(G(z))."""
        return -F.mean(fake)
