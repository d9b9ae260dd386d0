"""The loss of an autoencoder: how far its reconstructions are from the examples."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.objectives.objective import Game
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class SquaredError(Game):
    """E[mean over an example's numbers of (G(G.encode(x)) - x)^2], for one player alone.

    A multiple of it is the negative log-likelihood of x under N(G(code), s^2 I), up to a constant.
    """

    def loss(self, G: Any, x: Any, z: Any) -> Any:
        """What G minimizes; z is for objectives that draw the code."""
        away = G(G.encode(x)) - x
        return F.mean(away * away)

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Nothing beside the loss, as there is no D that says something."""
        return {}
