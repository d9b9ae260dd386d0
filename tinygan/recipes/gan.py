"""The adversarial nets of Goodfellow et al. 2014 on images: two multilayer perceptrons."""

from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.networks.layers import leaky_relu
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class GAN(Recipe):
    """Two hidden layers of 512 units in each network, noise of 100 dimensions, minibatches of 100, Adam.

    The paper's networks (section 5) have maxout units and dropout in D, and their updates have momentum.
    """

    name: ClassVar[str] = "gan"
    paper: ClassVar[str] = "Goodfellow et al. 2014, arXiv 1406.2661"

    data: str = "digits"
    iterations: int = 6000
    m: int = 100
    hidden: int = setting(512, "units in each hidden layer of both networks")
    g_learning_rate: float = 2e-4
    d_learning_rate: float = 2e-4
    average: float = 0.99

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D), perceptrons with two hidden layers: of ReLUs in G, of leaky ones in D."""
        shape = source.shape
        pixels = prod(shape)
        # pixels are in [-1, 1]; points have no bounds
        image: list[Any] = [F.tanh, nn.Reshape(*shape)] if len(shape) == 3 else []
        G = nn.Sequential(
            nn.Dense(self.latent, self.hidden, rng, initialize=nn.he()),
            F.relu,
            nn.Dense(self.hidden, self.hidden, rng, initialize=nn.he()),
            F.relu,
            nn.Dense(self.hidden, pixels, rng),
            *image,
        )
        D = nn.Sequential(
            nn.Reshape(pixels),
            nn.Dense(pixels, self.hidden, rng, initialize=nn.he(0.2)),
            leaky_relu,
            nn.Dense(self.hidden, self.hidden, rng, initialize=nn.he(0.2)),
            leaky_relu,
            nn.Dense(self.hidden, 1, rng),
        )
        return G, D
