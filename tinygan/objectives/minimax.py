"""The value function of Goodfellow et al. 2014, eq. (1), and the generator's loss that does not saturate (section 3).

D gives logits l: log D = -softplus(-l) and log(1 - D) = -softplus(l), exact at any l.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan import functional as F
from tinygan.objectives.objective import Objective
from tinygan.objectives.scores import score, scores


@dataclass(frozen=True)
class Minimax(Objective):
    """D ascends V(D, G) = E[log D(x)] + E[log(1 - D(G(z)))]; G descends the second term. Both losses are minimized."""

    says: ClassVar[str] = "probability"

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """-V(D, G): -mean log D(x) - mean log(1 - D(G(z)))."""
        real, fake = scores(D, x, G(z))
        return F.mean(F.softplus(-real)) + F.mean(F.softplus(fake))

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """mean log(1 - D(G(z)))."""
        return -F.mean(F.softplus(score(D, G(z))))

    def verdict(self, D: Any, x: Any) -> Any:
        """D(x) as a probability."""
        return F.sigmoid(D(x))


@dataclass(frozen=True)
class NonSaturating(Minimax):
    """The same D; G ascends E[log D(G(z))], whose gradient stays strong where D is sure."""

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """-mean log D(G(z))."""
        return F.mean(F.softplus(-score(D, G(z))))
