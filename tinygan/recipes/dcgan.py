"""DCGAN: Radford, Metz and Chintala 2016, the architecture that made convolutional GANs train."""

import functools
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.errors import SettingError
from tinygan.recipes.recipe import Recipe


@dataclass(frozen=True)
class DCGAN(Recipe):
    """Strided convolutions in D, transposed ones in G, batch norm in both but at G's output and D's input, no pooling.

    The paper's images have 64 x 64 pixels and G four steps from 4 x 4; images of 28 or 32 pixels take two, from 7 x 7
    or 8 x 8. The paper advises against hidden dense layers in deep networks. These are shallow, and have one each, as
    the MNIST networks of Chen et al. 2016 (InfoGAN, appendix C.1): it matters more than all else (docs/results.md).
    """

    name: ClassVar[str] = "dcgan"
    paper: ClassVar[str] = "Radford, Metz and Chintala 2016, arXiv 1511.06434"

    data: str = "mnist"
    iterations: int = 3000
    m: int = 64
    latent: int = 64  # 62 in InfoGAN, without its code
    width: int = 64  # channels of D's first layer
    g_dense: int = 512  # 1024 in InfoGAN
    d_dense: int = 256  # 1024 in InfoGAN
    g_learning_rate: float = 1e-3  # 2e-4 in section 4; 1e-3 in InfoGAN
    d_learning_rate: float = 1e-3  # 2e-4 in both
    beta1: float = 0.0  # 0.5 in section 4
    deviation: float = 0.02  # section 4: weights N(0, 0.02)
    average: float = 0.995

    def networks(self, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
        if len(shape) != 3 or shape[0] % 4 or shape[1] % 4:
            raise SettingError(
                f"Recipe {self.name!r} makes images whose sides are multiples of 4, not examples of shape {shape}"
            )
        height, width, channels = shape[0] // 4, shape[1] // 4, shape[2]
        c, features = self.width, height * width * 2 * self.width
        init = nn.normal(self.deviation)
        leaky_relu = functools.partial(F.leaky_relu, slope=0.2)  # section 3
        # 4 x 4 kernels that halve, or double, the sides exactly
        half: dict[str, Any] = {"stride": 2, "padding": 1, "initialize": init}
        G = nn.Sequential(
            nn.Dense(self.latent, self.g_dense, rng, bias=False, initialize=init),
            nn.BatchNorm(self.g_dense),
            F.relu,
            nn.Dense(self.g_dense, features, rng, bias=False, initialize=init),
            nn.Reshape(height, width, 2 * c),
            nn.BatchNorm(2 * c),
            F.relu,
            nn.ConvTranspose2d(2 * c, c, 4, rng, bias=False, **half),
            nn.BatchNorm(c),
            F.relu,
            nn.ConvTranspose2d(c, channels, 4, rng, **half),
            F.tanh,
        )
        D = nn.Sequential(
            nn.Conv2d(channels, c, 4, rng, **half),
            leaky_relu,
            nn.Conv2d(c, 2 * c, 4, rng, bias=False, **half),
            nn.BatchNorm(2 * c),
            leaky_relu,
            nn.Reshape(features),
            nn.Dense(features, self.d_dense, rng, bias=False, initialize=init),
            nn.BatchNorm(self.d_dense),
            leaky_relu,
            nn.Dense(self.d_dense, 1, rng, initialize=init),
        )
        return G, D


@dataclass(frozen=True)
class QuickDCGAN(DCGAN):
    """What `tinygan train` runs: DCGAN at half the width and half the minibatch, on the embedded digits."""

    name: ClassVar[str] = "dcgan-quick"

    data: str = "digits"
    iterations: int = 2000
    m: int = 32
    width: int = 32
