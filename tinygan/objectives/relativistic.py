"""The relativistic GAN of Jolicoeur-Martineau 2018: D says how much more real x is than G(z)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan import functional as F
from tinygan.errors import ShapeMismatch
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class Relativistic(Loss):
    """The paired form (RSGAN): D and G are judged by D(x) - D(G(z)), a logit for each pair; section 4.1.

    G sees the examples too: its samples are to be judged more real than they are.
    Raises ShapeMismatch unless there is a sample for each example.
    """

    g_sees_real: ClassVar[bool] = True

    def d(self, real: Any, fake: Any) -> Any:
        """mean softplus(-(D(x) - D(G(z))))."""
        return F.mean(F.softplus(-_difference(real, fake)))

    def g(self, fake: Any, real: Any) -> Any:
        """mean softplus(-(D(G(z)) - D(x)))."""
        return F.mean(F.softplus(_difference(real, fake)))


def _difference(real: Any, fake: Any) -> Any:
    if real.shape != fake.shape:
        raise ShapeMismatch(f"Relativistic: D(x) is {real.shape}, but D(G(z)) {fake.shape}: each x needs one sample")
    return real - fake
