"""Orthogonal regularization of the generator, which makes it amenable to truncated noise; Brock et al. 2019."""

from dataclasses import dataclass
from typing import Any

from tinygan.nn import orthogonality
from tinygan.objectives.objective import Around, expect_at_least_0


@dataclass(frozen=True)
class OrthogonalRegularization(Around):
    """To G's loss, weight * sum ||W^T W * (1 - I)||_F**2 over G's weights is added; eq. (3), section 3.1.

    It goes around objectives that hand other networks on to their base, as InstanceNoise and Ensemble do, which refuse
    it inside.
    weight: the paper's beta.
    """

    weight: float = 1e-4

    def __post_init__(self) -> None:
        super().__post_init__()
        expect_at_least_0(self, "weight")

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """base.g_loss + weight * nn.orthogonality(G)."""
        return self.base.g_loss(D, G, x, z) + self.weight * orthogonality(G)
