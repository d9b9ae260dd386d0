"""Unrolled GAN: G looks ahead through D's next updates."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, Minimax, Unrolled, ZeroSum
from tinygan.optim import adam
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class UnrolledGAN(Contender):
    """G's loss is taken at D after `steps` differentiable updates; 0 is the GAN without.

    The rate of these updates is their own, and stays as that of D falls.
    """

    name: ClassVar[str] = "unrolled"
    paper: ClassVar[str] = "Metz et al. 2017, arXiv 1611.02163"

    steps: int = setting(5, "updates of D that G looks ahead", least=0)  # K of section 3.1: 0, 1, 5, 10
    g_learning_rate: float = 1e-3  # with 4e-3 G is thrown off the plane: what looks ahead has a steeper loss
    d_learning_rate: float = 1e-3
    d_hidden: int = 64  # a small D, as in appendix A: every step of the look-ahead holds all of its weights
    d_layers: int = 2
    d_norm: str = setting("batch", images="none")
    beta1: float = 0.5  # appendix A
    inner_learning_rate: float = setting(3e-4, "learning rate of these updates")
    # with an epsilon of 1e-8 its first step is a sign, whose derivative is 0 or huge
    inner_epsilon: float = setting(1e-2, "epsilon of their Adam")

    def objective(self, rng: np.random.Generator) -> Game:
        rule = adam(self.inner_learning_rate, self.beta1, self.beta2, self.inner_epsilon)
        return Unrolled(ZeroSum(Minimax()), self.steps, rule)
