"""DRAGAN: the norm of D's gradient is held near 1 around the real examples."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan import objectives
from tinygan.objectives import Game, NonSaturating
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class DRAGAN(Contender):
    """The penalty of WGAN-GP, on noisy data in place of the segment to a sample, and with the GAN's own loss."""

    name: ClassVar[str] = "dragan"
    paper: ClassVar[str] = "Kodali et al. 2017, arXiv 1705.07215"

    # lambda; 10 in the paper, for images: D must be steep between modes of deviation 0.05
    weight: float = setting(0.2, "weight of the penalty", images=10.0)
    # batch norm would mix the examples, each of which has its own gradient
    d_norm: str = setting("none", "norm in D, for images: none or layer", among=("none", "layer"))

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating() + objectives.DRAGAN(self.weight, rng=rng)
