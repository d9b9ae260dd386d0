"""R1: D's gradient on real examples is penalized."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.objectives import R1, Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.recipe import setting


@dataclass(frozen=True)
class R1GAN(Contender):
    """The simplest penalty with which the game of two players converges locally: weight / 2 times the squared slope."""

    name: ClassVar[str] = "r1"
    paper: ClassVar[str] = "Mescheder, Geiger and Nowozin 2018, arXiv 1801.04406, eq. (9)"

    slopes: ClassVar[bool] = True
    on_images: ClassVar[dict[str, Any]] = {**Contender.on_images, "weight": 10.0}

    # gamma; 10 in the paper, for images: D must be steep between modes of deviation 0.05
    weight: float = setting(0.2, "weight of the penalty")
    d_norm: str = "none"

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating() + R1(self.weight)
