"""Instance noise: Gaussian noise that fades to 0 is added to the real and the generated examples that D gets."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, InstanceNoise, NonSaturating
from tinygan.optim import linear
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class InstanceNoiseGAN(Contender):
    """With noise the two distributions overlap, so D cannot separate them. It falls to 0 linearly."""

    name: ClassVar[str] = "instance-noise"
    paper: ClassVar[str] = "Soenderby et al. 2017, arXiv 1610.04490"

    start: float = setting(1.0, "initial standard deviation of the noise", images=0.3)
    fade: int = setting(5000, "iterations until it is 0", images=1500, least=0)

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating().shown(InstanceNoise(linear(self.start, 0.0, self.fade), rng=rng))
