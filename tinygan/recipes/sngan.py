"""Spectral normalization: each layer of D has a spectral norm of 1."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.networks import dcgan
from tinygan.networks.layers import NORMS
from tinygan.networks.perceptrons import perceptron
from tinygan.objectives import Game, Hinge
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import unused


@dataclass(frozen=True)
class SNGAN(Contender):
    """Power iteration follows the weights, one round per update (algorithm 1). With the hinge loss, eq. (16)
    and (17).
    """

    name: ClassVar[str] = "sngan"
    paper: ClassVar[str] = "Miyato et al. 2018, arXiv 1802.05957"

    d_norm: str = "none"
    maxout: int = unused(1)

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        if len(shape) == 3:
            normalize = NORMS[self.d_norm]
            return dcgan.discriminator(shape, 1, rng, width=self.width, normalize=normalize, wrap=nn.SpectralNorm)
        return perceptron((*shape, *self.d_layers * (self.d_hidden,), 1), rng, spread=self.spread, wrap=nn.SpectralNorm)

    def objective(self, rng: np.random.Generator) -> Game:
        return Hinge()
