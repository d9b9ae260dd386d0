"""Minibatch discrimination: D sees how near each example is to the others of its minibatch."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.objectives import Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class MinibatchDiscriminationGAN(Contender):
    """A generator that gives everywhere the same is told by that alone. The layer stands before D's last one."""

    name: ClassVar[str] = "minibatch-discrimination"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.2"

    # B and C of section 3.2; 100 and 5 in the authors' code for CIFAR-10
    kernels: int = setting(16, "distances to the others that each example gets")
    dimensions: int = setting(3, "numbers that each distance is between")

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        *layers, last = super().discriminator(shape, rng).layers
        features = last.weight.shape[0]
        discrimination = nn.MinibatchDiscrimination(features, self.kernels, self.dimensions, rng)
        return nn.Sequential(*layers, discrimination, nn.Dense(features + self.kernels, 1, rng))

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating()
