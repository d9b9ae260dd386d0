"""A game of one value function, as theory has it: what one player gains the other loses."""

from dataclasses import dataclass
from typing import Any

from tinygan.objectives.dragan import DRAGAN
from tinygan.objectives.historical_averaging import HistoricalAveraging
from tinygan.objectives.objective import Around
from tinygan.objectives.orthogonal import OrthogonalRegularization
from tinygan.objectives.r1 import R1
from tinygan.objectives.unrolled import Unrolled
from tinygan.objectives.wasserstein import WassersteinGP


@dataclass(frozen=True)
class ZeroSum(Around):
    """D minimizes what `base` says, and G the negative of that, whole.

    While D is held fixed this only adds the constant E[log D(x)] to Minimax's loss of G. Inside Unrolled D depends on
    G, so that the term of x has a gradient too: G minds how well D will know the examples. Metz et al. 2017 unroll
    this value function (section 2.2).

    base: the game. A penalty on D goes around this, R1(ZeroSum(Minimax()), ...), or G would earn what D pays, and so
    does what changes G's loss, which is replaced here. SettingError for both.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse((R1, DRAGAN), "is a penalty on D, which G would earn, so it goes around this")
        self.refuse(WassersteinGP, "has a penalty on D, which G would earn; take Wasserstein")
        changing = HistoricalAveraging, OrthogonalRegularization, Unrolled
        self.refuse(changing, "changes G's loss, which is replaced here, so it goes around this")

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """-base.d_loss."""
        return -self.base.d_loss(D, G, x, z)
