"""LSGAN: least squares in place of cross-entropy."""

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, LeastSquares
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class LSGAN(Contender):
    """D's target is b for real and a for generated examples; G's target for D's output is c."""

    name: ClassVar[str] = "lsgan"
    paper: ClassVar[str] = "Mao et al. 2017, arXiv 1611.04076"

    # eq. (9), the 0-1 coding; -1, 1, 0 gives Pearson's chi^2, eq. (8)
    a: float = setting(0.0, "D's target on generated examples", least=-inf)
    b: float = setting(1.0, "D's target on real examples", least=-inf)
    c: float = setting(1.0, "G's target for D's output", least=-inf)

    def objective(self, rng: np.random.Generator) -> Game:
        return LeastSquares(self.a, self.b, self.c)
