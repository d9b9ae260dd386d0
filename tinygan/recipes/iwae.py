"""The importance weighted autoencoder: a VAE with a tighter bound, from several draws of the code."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan import nn
from tinygan.nn.initialize import Initializer
from tinygan.objectives import ImportanceWeighted, Likelihood
from tinygan.optim import adam
from tinygan.recipes.setting import setting, unused
from tinygan.recipes.vae import VAE
from tinygan.training import Step


@dataclass(frozen=True)
class IWAE(VAE):
    """The networks of the paper's model with one stochastic layer, section 5. samples=1 is a VAE whose KL is estimated.

    The paper trains for 3,280 epochs with a rate that falls from 0.001 to 0.0001 and beta1 = 0.99, and G starts at
    the means of the pixels. Here the rate is fixed, beta1 is 0.9, as the first epochs learn more with it, and biases
    start at 0.
    """

    name: ClassVar[str] = "iwae"
    paper: ClassVar[str] = "Burda et al. 2016, arXiv 1509.00519"

    iterations: int = 10_000  # 20 epochs of the embedded digits
    m: int = 20  # section 5
    samples: int = setting(5, "draws of the code for each example, k")  # 1, 5 and 50 in section 5
    latent: int = 50  # section 5
    hidden: int = 200  # section 5
    layers: int = 2  # section 5
    activation: str = "tanh"  # section 5
    beta1: float = 0.9  # 0.99 in the paper
    binarize: bool = True  # section 5.1: a new binary image each time
    beta: float = unused(1.0)

    def initializer(self) -> Initializer:
        return nn.glorot()  # the released code

    def bound(self) -> Likelihood:
        return ImportanceWeighted()

    def rule(self, learning_rate: Any) -> Any:
        return adam(learning_rate, self.beta1, epsilon=1e-4)  # section 5

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        *players, noise, data = game
        return super().algorithm(*players, lambda m: noise(m * self.samples), data, start=start)
