"""BEGAN: D is an autoencoder, and a controller balances the two players."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.networks import autoencoders
from tinygan.objectives import BoundaryEquilibrium, Game
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting, unused


@dataclass(frozen=True)
class BEGAN(Contender):
    """A controller moves k so that the energy of generated examples stays gamma times that of real ones.

    The measure M of the paper shows convergence.
    """

    name: ClassVar[str] = "began"
    paper: ClassVar[str] = "Berthelot, Schumm and Metz 2017, arXiv 1703.10717"

    g_learning_rate: float = setting(1e-3, images=1e-4)
    d_learning_rate: float = setting(4e-3, images=1e-4)
    gamma: float = setting(0.8, "loss on generated over that on real examples", images=0.5)  # section 3.3: 0.5
    lambda_k: float = setting(0.1, "learning rate of k", images=0.001)  # section 3.4: 0.001
    code: int = setting(2, "numbers in the middle of the autoencoder", images=64)
    maxout: int = unused(1)
    d_layers: int = unused(3)
    d_norm: str = unused("batch")

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        """An autoencoder's reconstruction error."""
        return autoencoders.energy(
            shape, rng, hidden=self.d_hidden, width=self.width, spread=self.spread, code=self.code, power=1
        )

    def objective(self, rng: np.random.Generator) -> Game:
        return BoundaryEquilibrium(self.gamma, self.lambda_k)
