"""Feature matching: G matches the mean features of the data in a layer of D; Salimans et al. 2016, section 3.1."""

from dataclasses import dataclass

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.nn import Module, Sequential, together
from tinygan.nn.ensemble import members
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.scores import total
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class FeatureMatching(Term):
    """weight * ||E[h(x)] - E[h(G(z))]||**2 in G's loss, where h is the first `layer` layers of D.

    In the paper it replaces the loss of G: Objective(NonSaturating(), g=FeatureMatching(-1)). Added to the loss of G,
    it passes G(z) through h a second time, since D(G(z)) keeps no output of an inner layer.

    D: a Sequential, or an ensemble of them.   layer: from 1 to len(D) - 1, activations count; or negative, from the
    end: -1 omits the last layer.
    Raises SettingError if D has no such layer.
    """

    layer: int = -1
    weight: float = number(1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not hasattr(self.layer, "__index__"):
            raise SettingError(f"FeatureMatching: layer is expected to be a whole number, got {self.layer!r}")

    def g(self, turn: Turn) -> Array:
        """weight * ||mean h(x) - mean h(G(z))||**2."""
        return self.weight * total(self._distance(self.features(D), turn) for D in members(turn.D))

    def _distance(self, h: Module, turn: Turn) -> Array:
        real, fake = together(h, turn.shown_real, turn.shown_fake)
        difference = F.mean(real, axis=0) - F.mean(fake, axis=0)
        return F.sum(difference * difference)

    def features(self, D: Module) -> Module:
        """h, the first layers of D."""
        if not isinstance(D, Sequential):
            raise SettingError(f"FeatureMatching: D is expected to be a Sequential, not {type(D).__name__}")
        if not 0 < (self.layer if self.layer >= 0 else len(D) + self.layer) < len(D):
            raise SettingError(
                f"FeatureMatching: layer is expected from 1 to {len(D) - 1}, or negative, for a D of {len(D)} layers, "
                f"got {self.layer}"
            )
        return D[: self.layer]
