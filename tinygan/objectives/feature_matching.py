"""Feature matching: G is to have the statistics of the data inside D; Salimans et al. 2016, section 3.1."""

from dataclasses import dataclass, field
from typing import Any

from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.nn import Sequential
from tinygan.objectives.historical_averaging import HistoricalAveraging
from tinygan.objectives.instance_noise import InstanceNoise
from tinygan.objectives.minimax import Minimax
from tinygan.objectives.objective import Around, Objective
from tinygan.objectives.orthogonal import OrthogonalRegularization
from tinygan.objectives.unrolled import Unrolled


@dataclass(frozen=True)
class FeatureMatching(Around):
    """D minimizes what `base` says; G minimizes ||E[h(x)] - E[h(G(z))]||**2, with h the first `layer` layers of D.

    D: a Sequential.   layer: from 1 to len(D) - 1, activations count; or negative, from the end: -1 leaves out only
    the last layer.   base: what changes G's loss goes around this, not inside; SettingError.
    """

    base: Objective = field(default_factory=Minimax)
    layer: int = -1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not hasattr(self.layer, "__index__"):
            raise SettingError(f"FeatureMatching: layer is expected to be a whole number, got {self.layer!r}")
        changing = HistoricalAveraging, InstanceNoise, OrthogonalRegularization, Unrolled
        self.refuse(changing, "changes G's loss, which is replaced here, so it goes around this")

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """||mean h(x) - mean h(G(z))||**2, summed over the features."""
        h = self.features(D)
        away = F.mean(h(x), axis=0) - F.mean(h(G(z)), axis=0)
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
