"""DRAGAN: the norm of D's gradient is held near 1 around the real examples."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan import objectives
from tinygan.objectives import NonSaturating, Objective
from tinygan.recipes.contender import Contender


@dataclass(frozen=True)
class DRAGAN(Contender):
    """The penalty of WGAN-GP, on noisy data in place of the segment to a sample, and with the GAN's own loss."""

    name: ClassVar[str] = "dragan"
    paper: ClassVar[str] = "Kodali et al. 2017, arXiv 1705.07215"

    weight: float = 10.0  # lambda of section 2.3
    d_norm: str = "none"

    def objective(self, rng: np.random.Generator) -> Objective:
        return objectives.DRAGAN(NonSaturating(), self.weight, rng=rng)
