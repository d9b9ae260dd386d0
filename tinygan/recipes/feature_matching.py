"""Feature matching: G matches the mean of D's features, not D's answer."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import FeatureMatching, Game, NonSaturating, Objective
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class FeatureMatchingGAN(Contender):
    """The features are those of D's last hidden layer; their means over real and over
    generated examples are to be equal.
    """

    name: ClassVar[str] = "feature-matching"
    paper: ClassVar[str] = "Salimans et al. 2016, arXiv 1606.03498, section 3.1"

    pack: int = setting(1, most=1)  # the features are those of single samples

    def objective(self, rng: np.random.Generator) -> Game:
        return Objective(NonSaturating(), g=FeatureMatching(layer=-1))
