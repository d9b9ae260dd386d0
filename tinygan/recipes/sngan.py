"""Spectral normalization: the weight of each layer of D is divided by its spectral norm."""

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
    """One step of power iteration after each update estimates the norms (algorithm 1). The loss is the hinge loss."""

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
