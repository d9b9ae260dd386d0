"""The non-saturating loss: G ascends log D(G(z))."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, NonSaturating
from tinygan.recipes.contender import Contender


@dataclass(frozen=True)
class NonSaturatingGAN(Contender):
    """D's loss is that of `minimax`. G's gradient is strong where D rejects samples; most later GANs use this loss."""

    name: ClassVar[str] = "non-saturating"
    paper: ClassVar[str] = "Goodfellow et al. 2014, arXiv 1406.2661, section 3"

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating()
