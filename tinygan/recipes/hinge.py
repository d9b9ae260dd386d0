"""The hinge loss: D gets no gradient from examples that are beyond its margin on the right side."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, Hinge
from tinygan.recipes.contender import Contender


@dataclass(frozen=True)
class HingeGAN(Contender):
    """The losses of Miyato et al. 2018, eq. (16) and (17), without spectral normalization; `sngan` adds it."""

    name: ClassVar[str] = "hinge"
    paper: ClassVar[str] = "Lim and Ye 2017, arXiv 1705.02894"

    def objective(self, rng: np.random.Generator) -> Game:
        return Hinge()
