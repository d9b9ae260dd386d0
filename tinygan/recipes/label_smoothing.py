"""One-sided label smoothing: D is asked to be 0.9 sure of real examples."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class LabelSmoothingGAN(Contender):
    """D's target for real examples is below 1; that of generated ones stays 0, as section 3.4 argues."""

    name: ClassVar[str] = "label-smoothing"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.4"

    real: float = setting(0.9, "D's target for real examples")  # section 3.4

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating(self.real)
