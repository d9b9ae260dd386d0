"""The projection discriminator of Miyato and Koyama 2018: the label enters D as an inner product with its features."""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.networks import conditional, dcgan
from tinygan.networks.layers import identity
from tinygan.networks.perceptrons import perceptron
from tinygan.objectives import Game, Hinge
from tinygan.recipes.cgan import ConditionalGAN
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class ProjectionGAN(ConditionalGAN):
    """As the paper: the hinge loss, spectral normalization in D, and conditional batch norm in G.

    Its networks are residual, and its features the sum over the pixels of the last block. Here they are those of
    `cgan`, and the features its last hidden layer.
    """

    name: ClassVar[str] = "projection"
    paper: ClassVar[str] = "Miyato and Koyama 2018, arXiv 1802.05637"

    g_label: str = "batch-norm"
    d_label: str = "projected"
    spectral: bool = setting(False, "spectral normalization in D, of images in place of batch norm", images=True)

    def labelled_discriminator(self, source: Any, rng: np.random.Generator) -> Any:
        make, wrap = partial(self.discriminator, source, rng), nn.SpectralNorm if self.spectral else identity
        return conditional.discriminator(
            self.d_label, len(source.classes), make, rng, embedding=self.embedding, wrap=wrap
        )

    def discriminator(self, source: Any, rng: np.random.Generator, more: int, last: Any) -> Any:
        if not self.spectral:
            return super().discriminator(source, rng, more, last)
        *sides, features = source.shape
        settings: dict[str, Any] = {"wrap": nn.SpectralNorm, "last": last}
        if sides:
            shape = (*sides, features + more)
            return dcgan.discriminator(shape, 1, rng, width=self.width, normalize=None, **settings)
        return perceptron((features + more, *3 * (self.hidden,), 1), rng, **settings)

    def objective(self, rng: np.random.Generator) -> Game:
        return Hinge()
