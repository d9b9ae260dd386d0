"""What each player minimizes: d_loss(D, G, x, z) and g_loss(D, G, x, z), one signature for every paper."""

from tinygan.objectives.minimax import Minimax, NonSaturating

__all__ = ["Minimax", "NonSaturating"]
