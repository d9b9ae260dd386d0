"""The ring of eight Gaussians: the smallest problem on which generators lose modes."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.errors import SettingError
from tinygan.optim import adam
from tinygan.recipes.recipe import Recipe


@dataclass(frozen=True)
class GANRing(Recipe):
    """Points in the plane."""

    name: ClassVar[str] = "gan-ring"
    paper: ClassVar[str] = "Metz et al. 2017, arXiv 1611.02163, section 3.1; data as Lin et al. 2018, section 4.1"

    data: str = "ring"
    iterations: int = 10000
    m: int = 256
    latent: int = 2
    hidden: int = 128
    g_learning_rate: float = 3e-4
    d_learning_rate: float = 1e-3
    beta1: float = 0.5
    average: float = 0.999
    record_every: int = 50
    sample_every: int = 500

    def networks(self, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
        if len(shape) != 1:
            raise SettingError(
                f"Recipe {self.name!r} makes points on the line or in the plane, not examples of shape {shape}"
            )

        def perceptron(inputs: int, outputs: int) -> nn.Sequential:
            return nn.Sequential(
                nn.Dense(inputs, self.hidden, rng, initialize=nn.he()),
                F.relu,
                nn.Dense(self.hidden, self.hidden, rng, initialize=nn.he()),
                F.relu,
                nn.Dense(self.hidden, outputs, rng),
            )

        return perceptron(self.latent, *shape), perceptron(*shape, 1)

    def rules(self) -> tuple[Any, Any]:
        return adam(self.g_learning_rate, self.beta1), adam(self.d_learning_rate, self.beta1)
