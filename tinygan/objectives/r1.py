"""A penalty on the slope of D where the data are: the regularizer R1 of Mescheder et al. 2018."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.objectives.objective import Around, expect_at_least_0
from tinygan.objectives.slopes import slopes


@dataclass(frozen=True)
class R1(Around):
    """D's loss is that of `base` plus weight / 2 * E[||grad D(x)||**2] on examples alone; eq. (9).

    At equilibrium D is flat on the data, and there this term pulls it back when it starts to circle.

    D: its slope is that of what it gives, the logit; it must take each example, or each pack of them, on its own.
    weight: the paper's gamma.
    """

    weight: float = 10.0

    def __post_init__(self) -> None:
        super().__post_init__()
        expect_at_least_0(self, "weight")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """base.d_loss + weight / 2 * mean ||grad D(x)||**2."""
        rows = slopes(D, x)
        return self.base.d_loss(D, G, x, z) + 0.5 * self.weight * F.mean(F.sum(rows * rows, axis=1))
