"""R1: D's gradient on real examples is penalized."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import R1, Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class R1GAN(Contender):
    """The simplest penalty with which the game of two players converges locally: weight / 2 times the squared slope."""

    name: ClassVar[str] = "r1"
    paper: ClassVar[str] = "Mescheder, Geiger and Nowozin 2018, arXiv 1801.04406, eq. (9)"

    # gamma; 10 in the paper, for images: D must be steep between modes of deviation 0.05
    weight: float = setting(0.2, "weight of the penalty", images=10.0)
    # batch norm would mix the examples, each of which has its own gradient
    d_norm: str = setting("none", "norm in D, for images: none or layer", among=("none", "layer"))

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating() + R1(self.weight)
