"""The autoencoder: a game of one player, which encodes an image in a few numbers and decodes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.algorithms import maximize_likelihood
from tinygan.data import Uniform
from tinygan.errors import SettingError
from tinygan.networks import autoencoders
from tinygan.objectives import SquaredError
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting, unused
from tinygan.training import Step


@dataclass(frozen=True)
class AE(Recipe):
    """Two perceptrons: an encoder to codes in the cube (-1, 1)^latent, and the decoder G.

    A sample is a decoded code that was drawn uniformly from the cube. Training does not make the codes of examples
    uniform, so most samples are blends of digits and few are digits: an autoencoder is not a generative model.
    """

    name: ClassVar[str] = "ae"
    paper: ClassVar[str] = "Hinton and Salakhutdinov 2006, Science 313"

    data: str = "digits"
    iterations: int = setting(2000, "iterations, each an update of the encoder and of G")
    m: int = setting(100, "examples in a minibatch")
    latent: int = setting(16, "numbers in the code")  # 30 in the paper
    hidden: int = setting(256, "units in the hidden layer of each perceptron")  # three layers in the paper
    g_learning_rate: float = setting(1e-3, "learning rate")
    beta1: float = 0.9
    k: int = unused(1)
    d_learning_rate: float = unused(1e-3)

    def prior(self, source: Any) -> Any:
        return Uniform(self.latent)

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(the autoencoder, None): G decodes, G.encode encodes. Raises SettingError unless the source has images."""
        if not source.has_images:
            raise SettingError(
                f"recipe {self.name!r} makes images, not examples of shape {source.shape}; "
                "choose data with images, such as digits"
            )
        return autoencoders.dense(source.shape, rng, hidden=self.hidden, code=self.latent), None

    def objective(self, rng: np.random.Generator) -> Any:
        return SquaredError()

    def rules(self) -> tuple[Any, Any]:
        g_rule, _ = super().rules()
        return g_rule, None

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        G, _, objective, optimizer, _, noise, data = game
        return maximize_likelihood(G, objective, optimizer, noise, data, m=self.m, start=start)
