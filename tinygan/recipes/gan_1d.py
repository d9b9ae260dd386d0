"""Figure 1 of Goodfellow et al. 2014: a generator on the line learns a density that is known."""

from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.data import Normal, Uniform
from tinygan.errors import SettingError
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting

PRIORS = {"normal": Normal, "uniform": Uniform}


@dataclass(frozen=True)
class GAN1D(Recipe):
    """Two small perceptrons with tanh. D's input is standardized, as pixels are scaled to [-1, 1].

    The paper's figure draws z from a uniform prior (noise=uniform). Then G needs infinite slopes at both ends to make
    the tails of a Gaussian, and the missing tails show: docs/results.md has the numbers, and other trials.
    """

    name: ClassVar[str] = "gan-1d"
    paper: ClassVar[str] = "Goodfellow et al. 2014, figure 1"

    data: str = "gaussian"
    iterations: int = 4000
    m: int = 256
    k: int = 2
    latent: int = 1
    noise: str = setting("normal", "distribution of z: normal or uniform", among=tuple(PRIORS))
    g_hidden: int = setting(32, "units in each hidden layer of G")
    d_hidden: int = setting(64, "units in each hidden layer of D")
    centre: float = setting(4.0, "number that D subtracts from x, the data's mean", least=-inf)
    scale: float = setting(0.5, "number that D then divides by, the data's standard deviation", above=0)
    g_learning_rate: float = 6e-4
    d_learning_rate: float = 2e-3
    beta1: float = 0.0
    average: float = 0.998
    record_every: int = 20

    def prior(self, source: Any) -> Any:
        return PRIORS[self.noise](self.latent)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D), perceptrons. Raises SettingError unless the examples are points."""
        if len(source.shape) != 1:
            raise SettingError(
                f"recipe {self.name!r} makes points, not examples of shape {source.shape}; "
                "choose data with points, such as gaussian"
            )
        d = source.shape[0]
        G = nn.Sequential(
            nn.Dense(self.latent, self.g_hidden, rng),
            F.tanh,
            nn.Dense(self.g_hidden, self.g_hidden, rng),
            F.tanh,
            nn.Dense(self.g_hidden, d, rng),
        )
        D = nn.Sequential(
            lambda x: (x - self.centre) / self.scale,
            nn.Dense(d, self.d_hidden, rng),
            F.tanh,
            nn.Dense(self.d_hidden, self.d_hidden, rng),
            F.tanh,
            nn.Dense(self.d_hidden, 1, rng),
        )
        return G, D
