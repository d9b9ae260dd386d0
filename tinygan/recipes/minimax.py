"""The minimax game: G descends log(1 - D(G(z)))."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, Minimax
from tinygan.recipes.contender import Contender


@dataclass(frozen=True)
class MinimaxGAN(Contender):
    """The players share one value function. G's gradient vanishes where D is certain that a sample is fake."""

    name: ClassVar[str] = "minimax"
    paper: ClassVar[str] = "Goodfellow et al. 2014, arXiv 1406.2661, eq. (1)"

    g_learning_rate: float = 1e-3  # with 4e-3 D is certain at once, and G's gradient vanishes
    d_learning_rate: float = 1e-3

    def objective(self, rng: np.random.Generator) -> Game:
        return Minimax()
