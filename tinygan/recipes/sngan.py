"""Spectral normalization: each layer of D has a spectral norm of 1."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.objectives import Game, Hinge
from tinygan.recipes.contender import NORMS, Contender
from tinygan.recipes.networks import image_discriminator, perceptron


@dataclass(frozen=True)
class SNGAN(Contender):
    """Power iteration follows the weights, one round per update (algorithm 1). With the hinge loss, eq. (16)
    and (17).
    """

    name: ClassVar[str] = "sngan"
    paper: ClassVar[str] = "Miyato et al. 2018, arXiv 1802.05957"

    unused: ClassVar[tuple[str, ...]] = ("maxout",)

    d_norm: str = "none"

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        if len(shape) == 3:
            normalize = NORMS[self.d_norm]
            return image_discriminator(shape, 1, rng, width=self.width, normalize=normalize, wrap=nn.SpectralNorm)
        return perceptron((*shape, *self.d_layers * (self.d_hidden,), 1), rng, spread=self.spread, wrap=nn.SpectralNorm)

    def objective(self, rng: np.random.Generator) -> Game:
        return Hinge()
