"""f-GAN: training for any f-divergence, by way of its convex conjugate."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import FGAN, Game
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class FGANKL(Contender):
    """f-GAN with the Kullback-Leibler divergence; `--set divergence=NAME` chooses another.

    The others are total-variation, reverse-kl, pearson, neyman, squared-hellinger, jeffrey, js and gan.
    """

    name: ClassVar[str] = "fgan-kl"
    paper: ClassVar[str] = "Nowozin, Cseke and Tomioka 2016, arXiv 1606.00709"

    g_learning_rate: float = 1e-3  # with 4e-3 most runs on points lose every mode
    d_learning_rate: float = 1e-3
    divergence: str = setting("kl", "row of the paper's tables 1 and 6")
    heuristic: bool = setting(True, "whether G ascends g_f(v) in place of f*(g_f(v))")  # section 3.2

    def objective(self, rng: np.random.Generator) -> Game:
        return FGAN(self.divergence, self.heuristic)
