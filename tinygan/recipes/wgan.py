"""WGAN: Algorithm 1 with k = 5, RMSProp, and a critic whose weights are clipped."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.errors import SettingError
from tinygan.objectives import Game, Wasserstein
from tinygan.optim import clipped, rmsprop
from tinygan.recipes.contender import Contender
from tinygan.recipes.recipe import setting


@dataclass(frozen=True)
class WGAN(Contender):
    """The critic is kept Lipschitz by clipping each of its weights to [-clip, clip] after each update."""

    name: ClassVar[str] = "wgan"
    paper: ClassVar[str] = "Arjovsky, Chintala and Bottou 2017, arXiv 1701.07875"

    unused: ClassVar[tuple[str, ...]] = ("beta1", "beta2")
    on_images: ClassVar[dict[str, Any]] = {
        **Contender.on_images,
        "g_learning_rate": 5e-5,
        "d_learning_rate": 5e-5,
        "clip": 0.01,
    }

    k: int = 5  # n_critic of algorithm 1
    g_learning_rate: float = 1e-3  # 5e-5 in algorithm 1, for images
    d_learning_rate: float = 1e-3
    clip: float = setting(0.05, "bound of each weight of the critic")  # c; 0.01 in algorithm 1, for images

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.clip:
            raise SettingError("clip is expected to be above 0: with 0 every weight of the critic is 0")

    def rule(self, learning_rate: Any) -> Any:
        """RMSProp: algorithm 1, lines 6 and 11; momentum made the critic unstable (section 4.2)."""
        return rmsprop(learning_rate)

    def rules(self) -> tuple[Any, Any]:
        g_rule, d_rule = super().rules()
        return g_rule, clipped(d_rule, self.clip)  # line 7

    def objective(self, rng: np.random.Generator) -> Game:
        return Wasserstein()
