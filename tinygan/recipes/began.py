"""Boundary equilibrium: an autoencoder as D, and a controller that keeps the players even."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.objectives import BoundaryEquilibrium, Game
from tinygan.recipes.contender import Contender
from tinygan.recipes.networks import autoencoder
from tinygan.recipes.recipe import setting


@dataclass(frozen=True)
class BEGAN(Contender):
    """k moves so that the loss on generated examples stays gamma times that on real ones; M measures convergence."""

    name: ClassVar[str] = "began"
    paper: ClassVar[str] = "Berthelot, Schumm and Metz 2017, arXiv 1703.10717"

    unused: ClassVar[tuple[str, ...]] = ("maxout", "d_layers", "d_norm")
    on_images: ClassVar[dict[str, Any]] = {
        **Contender.on_images,
        "code": 64,
        "g_learning_rate": 1e-4,
        "d_learning_rate": 1e-4,
        "gamma": 0.5,
        "lambda_k": 0.001,
    }

    g_learning_rate: float = 1e-3
    gamma: float = setting(0.8, "loss on generated over that on real examples")  # section 3.3; 0.5 there, for images
    lambda_k: float = setting(0.1, "learning rate of k")  # 0.001 in section 3.4, for images
    code: int = setting(2, "numbers in the middle of the autoencoder")

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        """An autoencoder's energy."""
        return autoencoder(
            shape, rng, hidden=self.d_hidden, width=self.width, spread=self.spread, code=self.code, power=1
        )

    def objective(self, rng: np.random.Generator) -> Game:
        return BoundaryEquilibrium(self.gamma, self.lambda_k)
