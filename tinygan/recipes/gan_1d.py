"""Figure 1 of Goodfellow et al. 2014: a generator on the line, watched as it meets a density that is known."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.data import Uniform
from tinygan.optim import adam
from tinygan.recipes.recipe import Recipe


@dataclass(frozen=True)
class GAN1D(Recipe):
    """z uniform on [-1, 1], as in the figure; both networks small enough to follow by hand."""

    name: ClassVar[str] = "gan-1d"
    paper: ClassVar[str] = "Goodfellow et al. 2014, figure 1"

    data: str = "gaussian"
    iterations: int = 3000
    m: int = 256
    latent: int = 1
    hidden: int = 32
    learning_rate: float = 1e-3
    beta1: float = 0.5
    average: float = 0.99

    def prior(self) -> Any:
        return Uniform(self.latent)

    def networks(self, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
        def perceptron(inputs: int, outputs: int) -> nn.Sequential:
            return nn.Sequential(
                nn.Dense(inputs, self.hidden, rng),
                F.tanh,
                nn.Dense(self.hidden, self.hidden, rng),
                F.tanh,
                nn.Dense(self.hidden, outputs, rng),
            )

        return perceptron(self.latent, *shape), perceptron(*shape, 1)

    def rules(self) -> tuple[Any, Any]:
        rule = adam(self.learning_rate, self.beta1)
        return rule, rule
