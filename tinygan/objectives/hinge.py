"""The hinge loss: D stops once a score is on its side of a margin; Lim and Ye 2017, Miyato et al. 2018."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class Hinge(Loss):
    """D wants scores of at least 1 for examples and at most -1 for samples; Miyato et al. 2018, eq. (16) and (17)."""

    def d(self, real: Any, fake: Any) -> Any:
        """mean max(0, 1 - f(x)) + mean max(0, 1 + f(G(z)))."""
        return F.mean(F.relu(1 - real)) + F.mean(F.relu(1 + fake))

    def g(self, fake: Any, real: Any) -> Any:
        """-mean f(G(z)): no hinge."""
        return -F.mean(fake)
