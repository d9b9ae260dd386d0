"""The relativistic GAN: the loss depends on the difference D(x) - D(G(z)); Jolicoeur-Martineau 2018."""

from dataclasses import dataclass
from typing import ClassVar

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import ShapeMismatch
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class Relativistic(Loss):
    """The paired form (RSGAN): D(x) - D(G(z)) is the logit that x is more realistic than G(z); section 4.1.

    G ascends the logit of the reverse. So its loss needs D(x).
    Raises ShapeMismatch unless there is one sample for each example.
    """

    g_sees_real: ClassVar[bool] = True

    def d(self, real: Array, fake: Array) -> Array:
        """mean softplus(-(D(x) - D(G(z))))."""
        return F.mean(F.softplus(-_difference(real, fake)))

    def g(self, fake: Array, real: Array) -> Array:
        """mean softplus(-(D(G(z)) - D(x)))."""
        return F.mean(F.softplus(_difference(real, fake)))


def _difference(real: Array, fake: Array) -> Array:
    if real.shape != fake.shape:
        raise ShapeMismatch(f"Relativistic: D(x) is {real.shape}, but D(G(z)) {fake.shape}: each x needs one sample")
    return real - fake
