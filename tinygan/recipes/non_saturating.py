"""The generator's loss that everyone uses: G ascends log D(G(z))."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinygan.objectives import Game, NonSaturating
from tinygan.recipes.contender import Contender


@dataclass(frozen=True)
class NonSaturatingGAN(Contender):
    """The same D as in minimax, and a gradient for G that is strong where D is sure: what most GANs since have used."""

    name: ClassVar[str] = "non-saturating"
    paper: ClassVar[str] = "Goodfellow et al. 2014, arXiv 1406.2661, section 3"

    def objective(self, rng: np.random.Generator) -> Game:
        return NonSaturating()
