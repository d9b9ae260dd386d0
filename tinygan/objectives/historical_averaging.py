"""Historical averaging: each player is held to where it has been on average; Salimans et al. 2016, section 3.3."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.errors import ShapeMismatch
from tinygan.nn import parameters
from tinygan.objectives.objective import Around, expect_at_least_0


@dataclass(frozen=True)
class HistoricalAveraging(Around):
    """To each player's loss, weight * ||theta - 1/t sum_{i <= t} theta[i]||**2 over its own parameters is added.

    theta[i] are the parameters after iteration i; before the first there is nothing to add.

    t: how many iterations are behind.   means: their mean parameters, by paths such as 'D/layers.0.weight'.
    It goes around objectives that hand other networks on to their base, as InstanceNoise and Ensemble do, which refuse
    it inside.
    Raises ShapeMismatch for a player with parameters that it does not remember.
    """

    weight: float
    t: int = 0
    means: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    remembers: ClassVar[tuple[str, ...]] = ("base", "t", "means")

    def __post_init__(self) -> None:
        super().__post_init__()
        expect_at_least_0(self, "weight")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        return self._held(self.base.d_loss(D, G, x, z), "D", D)

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        return self._held(self.base.g_loss(D, G, x, z), "G", G)

    def after(self, D: Any, G: Any, x: Any, z: Any) -> Self:
        t, means = self.t + 1, {}
        for path, leaf in [*_named("D", D).items(), *_named("G", G).items()]:
            mean = self.means.get(path, 0.0)
            means[path] = mean + (raw(leaf) - mean) / t
        return dataclasses.replace(super().after(D, G, x, z), t=t, means=means)

    def _held(self, loss: Any, player: str, module: Any) -> Any:
        """`loss` with the term of the player whose turn it is; the other's parameters are raw, so it has none."""
        if not self.t:
            return loss
        for path, leaf in _named(player, module).items():
            if path not in self.means:
                raise ShapeMismatch(f"HistoricalAveraging: {path} has no past; hand it the networks of `after`")
            away = leaf - self.means[path]
            loss = loss + self.weight * F.sum(away * away)
        return loss


def _named(player: str, module: Any) -> dict[str, Any]:
    return {f"{player}/{path}": leaf for path, leaf in parameters(module).items()}
