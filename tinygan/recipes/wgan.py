"""WGAN: Algorithm 1 with k = 5, RMSProp, and a critic whose weights are clipped."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.objectives import Game, Wasserstein
from tinygan.optim import clipped, rmsprop
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting, unused


@dataclass(frozen=True)
class WGAN(Contender):
    """After each update every weight of the critic is clipped to [-clip, clip], so that it is Lipschitz."""

    name: ClassVar[str] = "wgan"
    paper: ClassVar[str] = "Arjovsky, Chintala and Bottou 2017, arXiv 1701.07875"

    k: int = 5  # n_critic of algorithm 1
    g_learning_rate: float = setting(1e-3, images=5e-5)  # 5e-5 in algorithm 1
    d_learning_rate: float = setting(1e-3, images=5e-5)
    clip: float = setting(0.05, "bound of each weight of the critic", images=0.01, above=0)  # c; 0.01 in algorithm 1
    beta1: float = unused(0.0)  # of Adam
    beta2: float = unused(0.99)

    def rule(self, learning_rate: Any) -> Any:
        """RMSProp: algorithm 1, lines 6 and 11; momentum made the critic unstable (section 4.2)."""
        return rmsprop(learning_rate)

    def rules(self) -> tuple[Any, Any]:
        g_rule, d_rule = super().rules()
        return g_rule, clipped(d_rule, self.clip)  # line 7

    def objective(self, rng: np.random.Generator) -> Game:
        return Wasserstein()
