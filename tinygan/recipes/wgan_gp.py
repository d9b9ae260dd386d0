"""WGAN with a penalty on the norm of the critic's gradient in place of clipped weights."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.objectives import Game, GradientPenalty, Wasserstein
from tinygan.recipes.contender import Contender
from tinygan.recipes.recipe import setting


@dataclass(frozen=True)
class WGANGP(Contender):
    """Algorithm 1 of the paper: k = 5, Adam with beta1 0; the critic has no batch norm, since each example is penalized
    by itself (section 4)."""

    name: ClassVar[str] = "wgan-gp"
    paper: ClassVar[str] = "Gulrajani et al. 2017, arXiv 1704.00028"

    slopes: ClassVar[bool] = True
    on_images: ClassVar[dict[str, Any]] = {
        **Contender.on_images,
        "g_learning_rate": 1e-4,
        "d_learning_rate": 1e-4,
        "beta2": 0.9,
        "weight": 10.0,
    }

    k: int = 5  # n_critic of algorithm 1
    weight: float = setting(1.0, "weight of the penalty")  # lambda; 10 in algorithm 1, for images
    beta1: float = 0.0  # algorithm 1; on images its beta2 and its rates too
    d_norm: str = "none"

    def objective(self, rng: np.random.Generator) -> Game:
        return Wasserstein() + GradientPenalty(self.weight, rng)
