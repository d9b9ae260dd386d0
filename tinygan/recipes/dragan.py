"""DRAGAN: a penalty holds the norm of D's input gradient near 1 around the real examples."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan import objectives
from tinygan.objectives import Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class DRAGAN(Contender):
    """The penalty of WGAN-GP at noisy examples in place of points between examples and samples, and the GAN's loss."""

    name: ClassVar[str] = "dragan"
    paper: ClassVar[str] = "Kodali et al. 2017, arXiv 1705.07215"

    # lambda; 10 in the paper, for images. Between modes of standard deviation 0.05 D must be steep
    weight: float = setting(0.2, "weight of the penalty", images=10.0)
    # no batch norm: the penalty needs the gradient of each example by itself
    d_norm: str = setting("none", "norm in D, for images: none or layer", among=("none", "layer"))

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating() + objectives.DRAGAN(self.weight, rng=rng)
