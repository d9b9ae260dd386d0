"""Historical averaging: a penalty on the distance of a player's parameters from the mean of their past values."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, HistoricalAveraging, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class HistoricalAveragingGAN(Contender):
    """The penalty damps the circling of the players. It is inspired by fictitious play, a method of game theory."""

    name: ClassVar[str] = "historical-averaging"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.3"

    weight: float = setting(1e-3, "weight of the squared distance from the mean of the past")  # the paper gives none

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating() + HistoricalAveraging(self.weight)
