"""An ensemble of discriminators of increasing size: each has its own loss, and G minimizes the sum of its losses."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class EnsembleGAN(Contender):
    """Small discriminators guide G early in training, large ones late; the sum of the losses measures progress."""

    name: ClassVar[str] = "ensemble"
    paper: ClassVar[str] = "Durugkar, Gemp and Mahadevan 2017, arXiv 1611.01673"

    members: int = setting(3, "discriminators, each with twice the units of the one before, up to d_hidden or width")

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        def member(i: int) -> Any:
            part = 2 ** (self.members - 1 - i)
            smaller = {"d_hidden": max(1, self.d_hidden // part), "width": max(1, self.width // part)}
            return Contender.discriminator(self.changed(smaller), shape, rng)

        return nn.Ensemble(*map(member, range(self.members)))
