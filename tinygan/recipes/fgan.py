"""f-GAN: any f-divergence, by its conjugate."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import FGAN, Game
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class FGANKL(Contender):
    """Kullback and Leibler's here; `--set divergence=NAME` takes another row of the paper's tables 1 and 6.

    That is total-variation, reverse-kl, pearson, neyman, squared-hellinger, jeffrey, js or gan.
    """

    name: ClassVar[str] = "fgan-kl"
    paper: ClassVar[str] = "Nowozin, Cseke and Tomioka 2016, arXiv 1606.00709"

    g_learning_rate: float = 1e-3  # with 4e-3 most runs on points lose every mode
    d_learning_rate: float = 1e-3
    divergence: str = setting("kl", "row of the paper's tables 1 and 6")
    heuristic: bool = setting(True, "whether G ascends g_f(v) in place of f*(g_f(v))")  # section 3.2

    def objective(self, rng: np.random.Generator) -> Game:
        return FGAN(self.divergence, self.heuristic)
