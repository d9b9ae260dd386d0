"""R3GAN, the modern baseline: the relativistic loss, R1 and R2, and a residual network without normalization."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.networks import r3gan
from tinygan.objectives import R1, R2, Game, Lazy, Relativistic
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting, unused


@dataclass(frozen=True)
class R3GAN(Contender):
    """The relativistic loss has no bad basins that lose modes, and with both penalties it converges (section 2).

    Points have perceptrons. Images have a small residual network, whose blocks are the paper's without groups.
    """

    name: ClassVar[str] = "r3gan"
    paper: ClassVar[str] = "Huang et al. 2024, arXiv 2501.05441"

    iterations: int = setting(6000, images=10_000)
    m: int = setting(100, images=16)
    average: float = setting(0.999, images=0.999)
    decay: int = setting(6000, images=10_000)
    weight: float = setting(0.2, "weight of both penalties", images=1.0)  # gamma; 0.05 to 0.005 for CIFAR-10
    lazy: int = setting(1, "iterations for one with the penalties, which then count as many times")  # 1 in the paper
    beta2: float = setting(0.99, images=0.99)  # 0.9 to 0.99 in the authors' settings; 0.999 is unstable
    blocks: int = setting(1, "residual blocks at each size, for images")
    dense: int = setting(128, "units in the dense layer of G and of D, for images")
    d_norm: str = unused("none")

    def generator(self, source: Any, rng: np.random.Generator) -> Any:
        if source.has_images:
            return r3gan.generator(
                self.latent, source.shape, rng, width=self.width, blocks=self.blocks, dense=self.dense
            )
        return super().generator(source, rng)

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        if len(shape) == 3:
            return r3gan.discriminator(shape, rng, width=self.width, blocks=self.blocks, dense=self.dense)
        return super().discriminator(shape, rng)

    def objective(self, rng: np.random.Generator) -> Game:
        loss = Relativistic()
        if self.lazy > 1:
            return loss + Lazy(R1(self.weight), self.lazy) + Lazy(R2(self.weight), self.lazy)
        return loss + R1(self.weight) + R2(self.weight)
