"""DCGAN: convolutional networks for GANs, by Radford, Metz and Chintala 2016."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.networks.dcgan import discriminator, generator
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class DCGAN(Recipe):
    """Strided convolutions in D, transposed ones in G, batch norm in both except at G's output and D's input.

    The paper's images have 64 x 64 pixels, and G takes four steps from 4 x 4. Images of 28 or 32 pixels take two, from
    7 x 7 or 8 x 8. The paper advises against hidden dense layers in deep networks. These networks are shallow and have
    one each, as the MNIST networks of Chen et al. 2016 (InfoGAN, appendix C.1). No other change improved the samples
    as much (docs/results.md).
    """

    name: ClassVar[str] = "dcgan"
    paper: ClassVar[str] = "Radford, Metz and Chintala 2016, arXiv 1511.06434"

    data: str = "mnist"
    iterations: int = 3000
    m: int = 64
    latent: int = 64  # 62 in InfoGAN, without its code
    width: int = setting(64, "channels of D's first convolution")
    g_dense: int = setting(512, "units in G's dense layer")  # 1024 in InfoGAN
    d_dense: int = setting(256, "units in D's dense layer")  # 1024 in InfoGAN
    g_learning_rate: float = 1e-3  # 2e-4 in section 4; 1e-3 in InfoGAN
    d_learning_rate: float = 1e-3  # 2e-4 in both
    beta1: float = 0.0  # 0.5 in section 4
    std: float = setting(0.02, "standard deviation of the initial weights")  # section 4
    average: float = 0.995

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D), each of strided convolutions and one dense layer."""
        settings: dict[str, Any] = {"width": self.width, "std": self.std}
        G = generator(self.latent, source.shape, rng, dense=self.g_dense, **settings)
        return G, discriminator(source.shape, 1, rng, dense=self.d_dense, **settings)


@dataclass(frozen=True)
class QuickDCGAN(DCGAN):
    """The recipe of `tinygan train` without a name: DCGAN with half the width and half the minibatch, on the digits."""

    name: ClassVar[str] = "dcgan-quick"

    data: str = "digits"
    iterations: int = 2000
    m: int = 32
    width: int = 32
