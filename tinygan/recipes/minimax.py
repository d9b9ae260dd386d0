"""The game as the paper first states it: G descends log(1 - D(G(z)))."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, Minimax
from tinygan.recipes.contender import Contender


@dataclass(frozen=True)
class MinimaxGAN(Contender):
    """Both players on one value function; G's gradient vanishes where D is sure (section 3)."""

    name: ClassVar[str] = "minimax"
    paper: ClassVar[str] = "Goodfellow et al. 2014, arXiv 1406.2661, eq. (1)"

    g_learning_rate: float = 1e-3  # with 4e-3 D is sure at once, and G has no gradient left to come back by
    d_learning_rate: float = 1e-3

    def objective(self, rng: np.random.Generator) -> Game:
        return Minimax()
