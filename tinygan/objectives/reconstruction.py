"""The loss of an autoencoder: the mean squared error of its reconstructions."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.nn import Minibatch, Module
from tinygan.objectives.objective import Game
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class SquaredError(Game):
    """mean (G(G.encode(x)) - x)^2, the loss of G as the only player.

    Up to a factor and a constant it is the negative log-likelihood of x under N(G(code), s^2 I).
    """

    def loss(self, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The loss of G. z is unused; other objectives draw their codes with it."""
        error = G(G.encode(x)) - x
        return F.mean(error * error)

    def measures(self, turn: Turn) -> dict[str, Any]:
        """No numbers: there is no D."""
        return {}
