"""An ensemble of discriminators: G has to satisfy all of them; compare Durugkar et al. 2017."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinygan.errors import SettingError
from tinygan.objectives.boundary_equilibrium import BoundaryEquilibrium
from tinygan.objectives.historical_averaging import HistoricalAveraging
from tinygan.objectives.objective import Around
from tinygan.objectives.orthogonal import OrthogonalRegularization


@dataclass(frozen=True)
class Ensemble(Around):
    """D is a list of discriminators, each with its own loss by `base`; G minimizes the sum of what `base` says of each.

    D's loss is the sum of theirs: no term holds the parameters of two, so the gradient of each is that of its own loss.
    With members of rising capacity it shows progress that no single one does. Where the losses are cross-entropies of
    real against fake, the least that a member can reach, halved, lies above log 2 - JS, and the less the larger its
    family: the strong members measure what is left, and the weak ones have a slope for G when the strong are sure.

    base: G(z) is made once, and `base` sees it but not G. SettingError for what looks at G's parameters, which goes
    around this, and for BoundaryEquilibrium.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse(BoundaryEquilibrium, "remembers one D, so it can be no base of several")
        self.refuse((HistoricalAveraging, OrthogonalRegularization), "looks at G's parameters, so it goes around this")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """The sum of the members' losses."""
        fake = G(z)
        return sum(self.base.d_loss(member, lambda z: fake, x, z) for member in members(D))

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """The sum of G's losses against each member."""
        fake = G(z)
        return sum(self.base.g_loss(member, lambda z: fake, x, z) for member in members(D))

    def verdict(self, D: Any, x: Any) -> Any:
        """The mean of the members' verdicts."""
        return sum(self.base.verdict(member, x) for member in members(D)) / len(D)


def members(D: Any) -> Sequence[Any]:
    """The discriminators of an ensemble; raises SettingError if D is none."""
    if not isinstance(D, (list, tuple)) or not D:
        found = "an empty one" if isinstance(D, (list, tuple)) else type(D).__name__
        raise SettingError(f"Ensemble: D is expected to be a list of discriminators, not {found}")
    return D
