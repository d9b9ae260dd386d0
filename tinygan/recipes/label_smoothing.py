"""One-sided label smoothing: D's target for real examples is 0.9 in place of 1."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class LabelSmoothingGAN(Contender):
    """D's loss has the target `real` in place of 1. The target for generated examples stays 0 (section 3.4)."""

    name: ClassVar[str] = "label-smoothing"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.4"

    real: float = setting(0.9, "D's target for real examples")  # section 3.4

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating(self.real)
