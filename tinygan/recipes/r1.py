"""R1: D's gradient on real examples is penalized."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import R1, NonSaturating, Objective
from tinygan.recipes.contender import Contender


@dataclass(frozen=True)
class R1GAN(Contender):
    """The simplest penalty with which the game of two players converges locally: weight / 2 times the squared slope."""

    name: ClassVar[str] = "r1"
    paper: ClassVar[str] = "Mescheder, Geiger and Nowozin 2018, arXiv 1801.04406, eq. (9)"

    weight: float = 10.0  # gamma of section 6.1
    d_norm: str = "none"

    def objective(self, rng: np.random.Generator) -> Objective:
        return R1(NonSaturating(), self.weight)
