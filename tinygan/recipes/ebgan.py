"""EBGAN: D is an autoencoder, and its reconstruction error is the energy of an example."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.errors import SettingError
from tinygan.networks import autoencoders
from tinygan.objectives import EnergyBased, Game, PullingAway
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting, unused


@dataclass(frozen=True)
class EBGAN(Contender):
    """D lowers the energy of real examples and raises that of generated ones up to a margin; G lowers it.

    The pulling-away term keeps the codes of samples apart.
    """

    name: ClassVar[str] = "ebgan"
    paper: ClassVar[str] = "Zhao, Mathieu and LeCun 2017, arXiv 1609.03126"

    margin: float = setting(0.5, "energy up to which those of generated examples are pushed", images=0.2)
    pulling_away: float = setting(0.1, "weight of the term that keeps codes apart")  # section 4.3 and appendix D
    code: int = setting(2, "numbers in the middle of the autoencoder", images=64)
    maxout: int = unused(1)
    d_layers: int = unused(3)
    d_norm: str = unused("batch")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.pack > 1 and self.pulling_away:
            raise SettingError(f"pulling_away needs single samples; pack is expected to be 1, got {self.pack}")
        if self.m < 2 and self.pulling_away:
            raise SettingError(f"pulling_away needs pairs of samples; m is expected to be at least 2, got {self.m}")

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        """An autoencoder's squared reconstruction error."""
        return autoencoders.energy(
            shape, rng, hidden=self.d_hidden, width=self.width, spread=self.spread, code=self.code, power=2
        )

    def objective(self, rng: np.random.Generator) -> Game:
        loss = EnergyBased(self.margin)
        return loss + PullingAway(self.pulling_away) if self.pulling_away else loss
