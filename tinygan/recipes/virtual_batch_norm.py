"""Virtual batch norm in G: each sample is normalized by a minibatch that was chosen once."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.objectives import Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.networks import image_generator, perceptron
from tinygan.recipes.recipe import setting


@dataclass(frozen=True)
class VirtualBatchNormGAN(Contender):
    """Batch norm makes the samples of a minibatch alike; here none depends on the others."""

    name: ClassVar[str] = "virtual-batch-norm"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.5"

    unused: ClassVar[tuple[str, ...]] = ("g_norm",)

    reference: int = setting(64, "noise samples in the reference minibatch")

    def generator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        def normalize(features: tuple[int, ...]) -> Any:
            return nn.VirtualBatchNorm(features[-1])

        if len(shape) == 3:
            G = image_generator(self.latent, shape, rng, width=self.width, normalize=normalize)
        else:
            G = perceptron((self.latent, *self.g_layers * (self.g_hidden,), *shape), rng, normalize=normalize)
        return nn.WithReference(G, self.prior().sample(self.reference, rng))

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating()
