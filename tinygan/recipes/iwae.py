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
    """The networks of the paper's model with one stochastic layer. samples=1 is a VAE whose KL is estimated.

    The paper trains for 3,280 epochs with a rate that falls from 0.001 to 0.0001; here the rate is fixed. In the
    authors' code beta1 is 0.99, with which the first epochs learn less, and G starts at the means of the pixels; here
    biases start at 0.
    """

    name: ClassVar[str] = "iwae"
    paper: ClassVar[str] = "Burda et al. 2016, arXiv 1509.00519"

    iterations: int = 10_000  # 20 epochs of the embedded digits
    m: int = 20  # section 5.1
    samples: int = setting(5, "draws of the code for each example, k")  # 1, 5 and 50 in section 5.1
    latent: int = 50  # section 5.1
    hidden: int = 200  # section 5.1
    layers: int = 2  # section 5.1
    activation: str = "tanh"  # section 5.1
    beta1: float = 0.9  # section 5.1; 0.99 in the authors' code
    binarize: bool = True  # section 5.1: a new binary image each time
    beta: float = unused(1.0)

    def initializer(self) -> Initializer:
        return nn.glorot()  # section 5.1

    def bound(self) -> Likelihood:
        return ImportanceWeighted()

    def rule(self, learning_rate: Any) -> Any:
        return adam(learning_rate, self.beta1, epsilon=1e-4)  # section 5.1

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        *players, noise, data = game
        return super().algorithm(*players, lambda m: noise(m * self.samples), data, start=start)
