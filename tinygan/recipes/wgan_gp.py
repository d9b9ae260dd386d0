"""WGAN-GP: a penalty on the norm of the critic's input gradient in place of clipped weights."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, GradientPenalty, Wasserstein
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class WGANGP(Contender):
    """Algorithm 1 of the paper: k = 5, Adam with beta1 = 0. The critic has no batch norm (section 4)."""

    name: ClassVar[str] = "wgan-gp"
    paper: ClassVar[str] = "Gulrajani et al. 2017, arXiv 1704.00028"

    k: int = 5  # n_critic of algorithm 1
    weight: float = setting(1.0, "weight of the penalty", images=10.0)  # lambda; 10 in algorithm 1
    g_learning_rate: float = setting(4e-3, images=1e-4)  # 1e-4 in algorithm 1
    d_learning_rate: float = setting(4e-3, images=1e-4)
    beta1: float = 0.0  # algorithm 1
    beta2: float = setting(0.99, images=0.9)  # 0.9 in algorithm 1
    d_norm: str = setting("none", "norm in D, for images: none or layer", among=("none", "layer"))

    def objective(self, rng: np.random.Generator) -> Game:
        return Wasserstein() + GradientPenalty(self.weight, rng)
