"""DCGAN with dense layers between z and the images, and between the images and the logit: what `tinygan train` runs."""

import functools
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.recipes.dcgan import DCGAN


@dataclass(frozen=True)
class DenseDCGAN(DCGAN):
    """The MNIST networks of InfoGAN's appendix C.1, without its code, at half width: good digits in two minutes on two
    cores.

    DCGAN itself advises against hidden dense layers for deep networks; for these shallow ones they matter more than
    anything else that was tried (docs/results.md).
    """

    name: ClassVar[str] = "dcgan-dense"
    paper: ClassVar[str] = "Chen et al. 2016, arXiv 1606.03657, appendix C.1"

    data: str = "digits"
    iterations: int = 2000
    m: int = 64
    latent: int = 64
    width: int = 32  # 64 in the appendix
    g_dense: int = 512  # 1024 in the appendix
    d_dense: int = 256  # 1024 in the appendix
    learning_rate: float = 1e-3  # the appendix has it for G, 2e-4 for D
    beta1: float = 0.0
    average: float = 0.995

    def networks(self, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
        G, D = super().networks(shape, rng)
        init = nn.normal(self.deviation)
        project, *images_from = G.layers
        *images_to, _ = D.layers
        features = project.weight.shape[1]
        G = nn.Sequential(
            nn.Dense(self.latent, self.g_dense, rng, bias=False, initialize=init),
            nn.BatchNorm(self.g_dense),
            F.relu,
            nn.Dense(self.g_dense, features, rng, bias=False, initialize=init),
            *images_from,
        )
        D = nn.Sequential(
            *images_to,
            nn.Dense(features, self.d_dense, rng, bias=False, initialize=init),
            nn.BatchNorm(self.d_dense),
            functools.partial(F.leaky_relu, slope=0.2),
            nn.Dense(self.d_dense, 1, rng, initialize=init),
        )
        return G, D
