"""Minibatch discrimination: D gets the distances of each example to the others of its minibatch."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class MinibatchDiscriminationGAN(Contender):
    """So D recognizes a G whose samples are all alike. The layer is inserted before D's last one."""

    name: ClassVar[str] = "minibatch-discrimination"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.2"

    # B and C of section 3.2; 100 and 5 in the authors' code for CIFAR-10
    kernels: int = setting(16, "features that the layer adds to each example")
    dimensions: int = setting(3, "dimensions of the space in which a feature's distances are measured")

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        *layers, last = super().discriminator(shape, rng).layers
        features = last.weight.shape[0]
        discrimination = nn.MinibatchDiscrimination(features, self.kernels, self.dimensions, rng)
        return nn.Sequential(*layers, discrimination, nn.Dense(features + self.kernels, 1, rng))
