"""Feature matching: G is to have the statistics of the data inside D; Salimans et al. 2016, section 3.1."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.nn import Sequential, together
from tinygan.nn.ensemble import members
from tinygan.objectives.objective import Term
from tinygan.objectives.scores import total
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class FeatureMatching(Term):
    """G pays ||E[h(x)] - E[h(G(z))]||**2, with h the first `layer` layers of D.

    The paper has it in place of G's loss: Objective(NonSaturating(), g=FeatureMatching(-1)).

    D: a Sequential.   layer: from 1 to len(D) - 1, activations count; or negative, from the end: -1 leaves out only
    the last layer.
    """

    layer: int = -1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not hasattr(self.layer, "__index__"):
            raise SettingError(f"FeatureMatching: layer is expected to be a whole number, got {self.layer!r}")

    def g(self, turn: Turn) -> Any:
        """||mean h(x) - mean h(G(z))||**2, summed over the features."""
        return total(self._distance(self.features(D), turn) for D in members(turn.D))

    def _distance(self, h: Any, turn: Turn) -> Any:
        real, fake = together(h, turn.shown_real, turn.shown_fake)
        away = F.mean(real, axis=0) - F.mean(fake, axis=0)
        return F.sum(away * away)

    def features(self, D: Any) -> Any:
        """h; raises SettingError if D has no such layer."""
        if not isinstance(D, Sequential):
            raise SettingError(f"FeatureMatching: D is expected to be a Sequential, not {type(D).__name__}")
        if not 0 < (self.layer if self.layer >= 0 else len(D) + self.layer) < len(D):
            raise SettingError(
                f"FeatureMatching: layer is expected from 1 to {len(D) - 1}, or negative, for a D of {len(D)} layers, "
                f"got {self.layer}"
            )
        return D[: self.layer]
