"""WGAN: D is a critic f that estimates the Wasserstein-1 distance; Arjovsky et al. 2017."""

from dataclasses import dataclass

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class Wasserstein(Loss):
    """D ascends E[f(x)] - E[f(G(z))], whose maximum over 1-Lipschitz f is the Wasserstein-1 distance; eq. (2).

    This loss does not keep f Lipschitz: use `optim.clipped`, or a penalty, as in Wasserstein() + GradientPenalty().
    """

    def d(self, real: Array, fake: Array) -> Array:
        """mean f(G(z)) - mean f(x)."""
        return F.mean(fake) - F.mean(real)

    def g(self, fake: Array, real: Array) -> Array:
        """-mean f(G(z))."""
        return -F.mean(fake)
