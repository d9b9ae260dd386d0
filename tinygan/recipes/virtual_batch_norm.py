"""Virtual batch norm in G: each sample is normalized with the statistics of a fixed reference minibatch."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.networks import dcgan
from tinygan.networks.perceptrons import perceptron
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting, unused


@dataclass(frozen=True)
class VirtualBatchNormGAN(Contender):
    """With batch norm the samples of a minibatch depend on each other; with virtual batch norm they do not."""

    name: ClassVar[str] = "virtual-batch-norm"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.5"

    reference: int = setting(64, "noise samples in the reference minibatch")
    g_norm: str = unused("none")

    def generator(self, source: Any, rng: np.random.Generator) -> Any:
        def normalize(features: tuple[int, ...]) -> Any:
            return nn.VirtualBatchNorm(features[-1])

        if source.has_images:
            G = dcgan.generator(self.latent, source.shape, rng, width=self.width, normalize=normalize)
        else:
            G = perceptron((self.latent, *self.g_layers * (self.g_hidden,), *source.shape), rng, normalize=normalize)
        return nn.WithReference(G, self.prior(source).sample(self.reference, rng))
