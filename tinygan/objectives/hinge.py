"""The hinge loss, in which scores beyond a margin have no gradient; Lim and Ye 2017, Miyato et al. 2018."""

from dataclasses import dataclass

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class Hinge(Loss):
    """D penalizes scores below 1 for examples and above -1 for samples; Miyato et al. 2018, eq. (16) and (17)."""

    def d(self, real: Array, fake: Array) -> Array:
        """mean max(0, 1 - f(x)) + mean max(0, 1 + f(G(z)))."""
        return F.mean(F.relu(1 - real)) + F.mean(F.relu(1 + fake))

    def g(self, fake: Array, real: Array) -> Array:
        """-mean f(G(z)), without a margin."""
        return -F.mean(fake)
