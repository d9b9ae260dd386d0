"""The base class of the recipes that `tinygan compare` compares: networks, noise, update rules and length.

A comparison is to show the effect of an objective. So each of these recipes changes the objective, with whatever else
its paper changes, and inherits the rest from here. `hinge.py`, for example, has one method of its own:

    class HingeGAN(Contender):
        def objective(self, rng):
            return Hinge()

Two such recipes with one seed start from the same weights of G, and see the same examples and the same noise.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygan import nn
from tinygan.errors import SettingError
from tinygan.networks import dcgan
from tinygan.networks.layers import NORMS
from tinygan.networks.perceptrons import maxout, perceptron
from tinygan.optim import adam, linear, weight_decay
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class Contender(Recipe):
    """Points have perceptrons for G and D, and images the small DCGAN of `dcgan-quick`; both players use Adam.

    On points both learning rates fall linearly to 0. A setting "for points" has no effect on images, and one "for
    images" none on points. The values were found in the trials that docs/comparison.md lists.
    """

    data: str = "ring"
    iterations: int = setting(6000, images=2000)
    m: int = setting(100, images=32)  # Lin et al. 2018, section 4.1, as the data and the dimensions of z
    latent: int = setting(2, images=64)
    average: float = setting(0.999, images=0.995)
    record_every: int = setting(50, images=10)
    sample_every: int = setting(200, images=100)

    # Adam
    g_learning_rate: float = setting(4e-3, images=1e-3)
    d_learning_rate: float = setting(4e-3, images=1e-3)  # two time scales where they differ; Heusel et al. 2017
    beta1: float = 0.0
    beta2: float = setting(0.99, "decay of Adam's mean of squares", images=0.999, below=1)
    decay: int = setting(6000, images=0)

    # perceptrons, for points
    g_hidden: int = setting(128, "units in each hidden layer of G, for points")
    d_hidden: int = setting(128, "units in each hidden layer of D, for points")
    g_layers: int = setting(4, "hidden layers of G, for points")  # as Lin et al.
    d_layers: int = setting(3, "hidden layers of D, for points")
    g_norm: str = setting("none", "norm before each ReLU of G, for points: none, batch or layer", among=tuple(NORMS))
    maxout: int = setting(1, "pieces of D's maxout units, for points; 1: ReLUs")
    spread: float = setting(2.0, "standard deviation of the points where D's first ReLUs have their kinks, for points")

    # DCGAN, for images
    width: int = setting(32, "channels of D's first convolution, for images")
    d_norm: str = setting("batch", "norm in D, for images: none, batch or layer", among=tuple(NORMS))

    # variants of D
    pack: int = setting(1, "examples that D judges together")  # Lin et al. 2018 (PacGAN), section 3.1
    d_weight_decay: float = setting(0.0, "weight decay of D")
    relax: int = setting(0, "iterations in which d_weight_decay falls to 0; 0: it stays", least=0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.relax and not self.d_weight_decay:
            raise SettingError(f"relax is expected to be 0 where d_weight_decay is 0, got {self.relax}")
        if self.m % self.pack:
            raise SettingError(f"m is expected to be a multiple of pack, {self.pack}, got {self.m}")

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D). The examples of a pack are concatenated along their last axis, for an input `pack` times as wide."""
        G = self.generator(source, rng)
        D = self.discriminator((*source.shape[:-1], self.pack * source.shape[-1]), rng)
        if self.pack > 1:
            D = nn.Packed(D, self.pack)
        return G, D

    def generator(self, source: Any, rng: np.random.Generator) -> Any:
        """G, from z (m, latent) to examples of the source."""
        if source.has_images:
            return dcgan.generator(self.latent, source.shape, rng, width=self.width)
        sizes = (self.latent, *self.g_layers * (self.g_hidden,), *source.shape)
        return perceptron(sizes, rng, normalize=NORMS[self.g_norm])

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        """D, from inputs of `shape` to one number each.

        shape: (H, W, C) or (d,), of one example or of a pack.
        """
        if len(shape) == 3:
            return dcgan.discriminator(shape, 1, rng, width=self.width, normalize=NORMS[self.d_norm])
        sizes = (*shape, *self.d_layers * (self.d_hidden,), 1)
        if self.maxout > 1:
            return maxout(sizes, self.maxout, rng, spread=self.spread)
        return perceptron(sizes, rng, spread=self.spread)

    def rule(self, learning_rate: Any) -> Any:
        return adam(learning_rate, self.beta1, self.beta2)

    def rules(self) -> tuple[Any, Any]:
        g_rule, d_rule = super().rules()
        if self.d_weight_decay:
            rate: Any = self.d_weight_decay
            d_rule = weight_decay(d_rule, linear(rate, 0.0, self.relax * self.k) if self.relax else rate)
        return g_rule, d_rule
