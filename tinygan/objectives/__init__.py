"""What each player minimizes: d_loss(D, G, x, z) and g_loss(D, G, x, z), one signature for every paper."""

from tinygan.objectives.minimax import Minimax, NonSaturating
from tinygan.objectives.wasserstein import Wasserstein, WassersteinGP

__all__ = ["Minimax", "NonSaturating", "Wasserstein", "WassersteinGP"]
