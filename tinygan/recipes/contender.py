"""What the recipes that are compared share, so that only the idea of each differs: networks, noise, rates, length."""

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
    """Perceptrons for points, as in gan-ring; a small DCGAN for images, as in dcgan-quick.

    The rates, and what else is set here, were found as docs/comparison.md tells.
    """

    data: str = "ring"
    iterations: int = setting(6000, images=2000)
    m: int = setting(100, images=32)  # Lin et al. 2018, section 4.1, as z of 2 dimensions and the data
    latent: int = setting(2, images=64)
    g_learning_rate: float = setting(4e-3, images=1e-3)
    d_learning_rate: float = setting(4e-3, images=1e-3)  # two time scales where they differ; Heusel et al. 2017
    beta1: float = 0.0
    beta2: float = setting(0.99, "decay of Adam's mean of squares", images=0.999, below=1)
    average: float = setting(0.999, images=0.995)
    record_every: int = setting(50, images=10)
    sample_every: int = setting(200, images=100)

    g_hidden: int = setting(128, "units in each hidden layer of G, for points")
    d_hidden: int = setting(128, "units in each hidden layer of D, for points")
    g_layers: int = setting(4, "hidden layers of G, for points")  # as Lin et al.
    d_layers: int = setting(3, "hidden layers of D, for points")
    g_norm: str = setting("none", "norm before each ReLU of G, for points: none, batch or layer", among=tuple(NORMS))
    maxout: int = setting(1, "pieces of D's units, for points; 1 is a ReLU")
    spread: float = setting(2.0, "standard deviation of the points where D's first units bend, for points")
    width: int = setting(32, "channels of D's first convolution, for images")
    d_norm: str = setting("batch", "norm in D, for images: none, batch or layer", among=tuple(NORMS))
    pack: int = setting(1, "examples that D judges together")  # Lin et al. 2018 (PacGAN), section 3.1

    decay: int = setting(6000, "iterations in which both learning rates fall to 0; 0: they stay", images=0, least=0)
    d_weight_decay: float = setting(0.0, "decay of D's weights")
    # D restricted first
    relax: int = setting(0, "iterations in which d_weight_decay falls to 0; 0: it stays", least=0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.decay and self.decay < self.iterations:
            raise SettingError(
                f"decay is expected to be 0 or at least iterations, {self.iterations}, got {self.decay}, "
                "from where on the learning rates are 0"
            )
        if self.relax and not self.d_weight_decay:
            raise SettingError(f"relax is of d_weight_decay, which is 0; leave it at 0, got {self.relax}")
        if self.m % self.pack:
            raise SettingError(f"m is expected to be a multiple of pack, {self.pack}, got {self.m}")

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        G = self.generator(source, rng)
        D = self.discriminator((*source.shape[:-1], self.pack * source.shape[-1]), rng)
        if self.pack > 1:
            D = nn.Packed(D, self.pack)
        return G, D

    def generator(self, source: Any, rng: np.random.Generator) -> Any:
        """G, from z to examples of the source."""
        if len(source.shape) == 3:
            return dcgan.generator(self.latent, source.shape, rng, width=self.width)
        sizes = (self.latent, *self.g_layers * (self.g_hidden,), *source.shape)
        return perceptron(sizes, rng, normalize=NORMS[self.g_norm])

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        """D, from what it judges, one example of `shape` or a pack of them, to one number."""
        if len(shape) == 3:
            return dcgan.discriminator(shape, 1, rng, width=self.width, normalize=NORMS[self.d_norm])
        sizes = (*shape, *self.d_layers * (self.d_hidden,), 1)
        if self.maxout > 1:
            return maxout(sizes, self.maxout, rng, spread=self.spread)
        return perceptron(sizes, rng, spread=self.spread)

    def rule(self, learning_rate: Any) -> Any:
        """The update rule of either player, at its learning rate."""
        return adam(learning_rate, self.beta1, self.beta2)

    def rules(self) -> tuple[Any, Any]:
        """The update rules of (G, D), with the schedules that the settings ask for."""
        g_rate: Any = self.g_learning_rate
        d_rate: Any = self.d_learning_rate
        if self.decay:
            g_rate, d_rate = linear(g_rate, 0.0, self.decay), linear(d_rate, 0.0, self.decay * self.k)
        g_rule, d_rule = self.rule(g_rate), self.rule(d_rate)
        if self.d_weight_decay:
            rate: Any = self.d_weight_decay
            d_rule = weight_decay(d_rule, linear(rate, 0.0, self.relax * self.k) if self.relax else rate)
        return g_rule, d_rule
