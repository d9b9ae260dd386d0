"""Historical averaging: a player that strays from the mean of its own past pays for it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, HistoricalAveraging, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class HistoricalAveragingGAN(Contender):
    """Taken from fictitious play, where players answer each other's past on average; it damps their circling."""

    name: ClassVar[str] = "historical-averaging"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.3"

    weight: float = setting(1e-3, "price of the squared distance to the mean of the past")  # the paper gives none

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating() + HistoricalAveraging(self.weight)
