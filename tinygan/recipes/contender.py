"""What the recipes that are compared share, so that only the idea of each differs: networks, noise, rates, length."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from tinygan import nn
from tinygan.data import IMAGES, catalogue
from tinygan.errors import SettingError
from tinygan.optim import adam, linear, weight_decay
from tinygan.recipes.networks import (
    Normalization,
    batch_norm,
    image_discriminator,
    image_generator,
    layer_norm,
    maxout,
    perceptron,
)
from tinygan.recipes.recipe import Recipe, setting

NORMS: dict[str, Normalization | None] = {"none": None, "batch": batch_norm, "layer": layer_norm}


@dataclass(frozen=True)
class Contender(Recipe):
    """Perceptrons for points, as in gan-ring; a small DCGAN for images, as in dcgan-quick.

    The rates, and what else is set here, were found as docs/comparison.md tells. With images for data the settings
    named in `on_images` have other defaults.
    """

    optional: ClassVar[tuple[str, ...]] = ("decay", "relax")
    unused: ClassVar[tuple[str, ...]] = ()  # settings that do nothing in this recipe
    slopes: ClassVar[bool] = False  # whether D's gradient in single examples is penalized, so that it sees them apart
    on_images: ClassVar[dict[str, Any]] = {
        "iterations": 2000,
        "m": 32,
        "latent": 64,
        "g_learning_rate": 1e-3,
        "d_learning_rate": 1e-3,
        "beta2": 0.999,
        "decay": 0,
        "average": 0.995,
        "record_every": 10,
        "sample_every": 100,
    }

    data: str = "ring"
    iterations: int = 6000
    m: int = 100  # Lin et al. 2018, section 4.1, as z of 2 dimensions and the data
    latent: int = 2
    g_learning_rate: float = 4e-3
    d_learning_rate: float = 4e-3  # two time scales where they differ; Heusel et al. 2017
    beta1: float = 0.0
    beta2: float = setting(0.99, "decay of Adam's mean of squares")
    average: float = 0.999
    record_every: int = 50
    sample_every: int = 200

    g_hidden: int = setting(128, "units in each hidden layer of G, for points")
    d_hidden: int = setting(128, "units in each hidden layer of D, for points")
    g_layers: int = setting(4, "hidden layers of G, for points")  # as Lin et al.
    d_layers: int = setting(3, "hidden layers of D, for points")
    g_norm: str = setting("none", "norm before each ReLU of G, for points: none, batch or layer")
    maxout: int = setting(1, "pieces of D's units, for points; 1 is a ReLU")
    spread: float = setting(2.0, "deviation of the points where D's first units bend, for points")
    width: int = setting(32, "channels of D's first convolution, for images")
    d_norm: str = setting("batch", "norm in D, for images: none, batch or layer")
    pack: int = setting(1, "examples that D judges together")  # Lin et al. 2018 (PacGAN), section 3.1

    decay: int = setting(6000, "iterations in which both learning rates fall to 0; 0: they stay")
    d_weight_decay: float = setting(0.0, "decay of D's weights")
    relax: int = setting(0, "iterations in which d_weight_decay falls to 0; 0: it stays")  # D restricted first

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("g_norm", "d_norm"):
            if getattr(self, name) not in NORMS:
                raise SettingError(f"{name} is expected to be {' or '.join(NORMS)}, got {getattr(self, name)!r}")
        if self.decay and self.decay < self.iterations:
            raise SettingError(
                f"decay is expected to be 0 or at least iterations, {self.iterations}, got {self.decay}, "
                "from where on the learning rates are 0"
            )
        if self.relax and not self.d_weight_decay:
            raise SettingError(f"relax is of d_weight_decay, which is 0; leave it at 0, got {self.relax}")
        if self.slopes and self.d_norm == "batch":
            raise SettingError(
                f"d_norm is expected to be none or layer where {self.name} penalizes each example's slope"
            )
        if self.m % self.pack:
            raise SettingError(f"m is expected to be a multiple of pack, {self.pack}, got {self.m}")

    def changed(self, settings: dict[str, Any]) -> Self:
        data = settings.get("data", self.data)
        if _images(data) and not _images(self.data):
            settings = {**{name: value for name, value in self.on_images.items() if self._untouched(name)}, **settings}
        found = super().changed(settings)
        for name in self.unused:
            if getattr(found, name) not in (getattr(type(self), name), self.on_images.get(name)):
                raise SettingError(f"{name} does nothing in {self.name}; leave it out")
        return found

    @classmethod
    def words(cls, name: str) -> str:
        return "does nothing in this recipe" if name in cls.unused else super().words(name)

    def _untouched(self, name: str) -> bool:
        """Whether the setting has its default."""
        return getattr(self, name) == getattr(type(self), name)

    def networks(self, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
        G = self.generator(shape, rng)
        D = self.discriminator((*shape[:-1], self.pack * shape[-1]), rng)
        if self.pack > 1:
            D = nn.Packed(D, self.pack)
        return G, D

    def generator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        """G, from z to examples of `shape`."""
        if len(shape) == 3:
            return image_generator(self.latent, shape, rng, width=self.width)
        return perceptron((self.latent, *self.g_layers * (self.g_hidden,), *shape), rng, normalize=NORMS[self.g_norm])

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        """D, from examples of `shape` to one number each."""
        if len(shape) == 3:
            return image_discriminator(shape, 1, rng, width=self.width, normalize=NORMS[self.d_norm])
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


def _images(data: str) -> bool:
    """Whether the data set has images."""
    return data == IMAGES or any(
        entry.name == data and (entry.shape is None or len(entry.shape) == 3) for entry in catalogue()
    )
