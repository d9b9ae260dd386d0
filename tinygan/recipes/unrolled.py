"""Unrolled GAN: G minimizes its loss against the D that D's next updates lead to."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.networks import metz
from tinygan.objectives import Game, Minimax, Unrolled, ZeroSum
from tinygan.optim import adam
from tinygan.recipes.contender import Contender
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class UnrolledGAN(Contender):
    """G's loss is that of D after `steps` differentiable updates; with 0 it is the ordinary GAN.

    These updates have a learning rate of their own, which stays constant.
    """

    name: ClassVar[str] = "unrolled"
    paper: ClassVar[str] = "Metz et al. 2017, arXiv 1611.02163"

    steps: int = setting(5, "unrolled updates of D", least=0)  # K of section 3.1: 0, 1, 5, 10
    g_learning_rate: float = 1e-3  # with 4e-3 G diverges: the unrolled loss is steeper
    d_learning_rate: float = 1e-3
    d_hidden: int = 64  # a small D, as in appendix A: each unrolled update holds all of its weights in memory
    d_layers: int = 2
    d_norm: str = setting("batch", images="none")
    beta1: float = 0.5  # appendix A
    inner_learning_rate: float = setting(3e-4, "learning rate of the unrolled updates")
    # with an epsilon of 1e-8 Adam's first step is the sign of the gradient, whose derivative is 0 or huge
    inner_epsilon: float = setting(1e-2, "epsilon of Adam in the unrolled updates")

    small: bool = setting(False, "the small networks of the paper's stacked MNIST, for images")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.small and (name := next((each for each in ("width", "d_norm") if each in self._chosen()), None)):
            raise SettingError(f"{name} does nothing in the small networks of {self.name}; leave it out")

    def _chosen(self) -> set[str]:
        """The names of the settings without their defaults."""
        return {
            name for name, each in self.settings().items() if getattr(self, name) not in (each.default, each.images)
        }

    def generator(self, source: Any, rng: np.random.Generator) -> Any:
        if self.small and source.has_images:
            return metz.generator(self.latent, source.shape, rng)
        return super().generator(source, rng)

    def discriminator(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        if self.small and len(shape) == 3:
            return metz.discriminator(shape, rng)
        return super().discriminator(shape, rng)

    def objective(self, rng: np.random.Generator) -> Game:
        rule = adam(self.inner_learning_rate, self.beta1, self.beta2, self.inner_epsilon)
        return Unrolled(ZeroSum(Minimax()), self.steps, rule)
