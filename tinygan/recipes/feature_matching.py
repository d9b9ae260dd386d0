"""Feature matching: G matches the means of D's features in place of a loss of D's output."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import FeatureMatching, Game, NonSaturating, Objective
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class FeatureMatchingGAN(Contender):
    """The features are D's last hidden layer. G minimizes the distance of their means over real and fake examples."""

    name: ClassVar[str] = "feature-matching"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.1"

    pack: int = setting(1, most=1)  # the features are those of single samples

    def objective(self, rng: np.random.Generator) -> Game:
        return Objective(NonSaturating(), g=FeatureMatching(layer=-1))
