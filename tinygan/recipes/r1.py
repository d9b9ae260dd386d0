"""R1: a penalty on D's input gradient at real examples."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import R1, Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class R1GAN(Contender):
    """The penalty is weight / 2 times the squared norm of the gradient. With it GAN training converges locally."""

    name: ClassVar[str] = "r1"
    paper: ClassVar[str] = "Mescheder, Geiger and Nowozin 2018, arXiv 1801.04406, eq. (9)"

    # gamma; 10 in the paper, for images. Between modes of standard deviation 0.05 D must be steep
    weight: float = setting(0.2, "weight of the penalty", images=10.0)
    # no batch norm: the penalty needs the gradient of each example by itself
    d_norm: str = setting("none", "norm in D, for images: none or layer", among=("none", "layer"))

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating() + R1(self.weight)
