"""The base class of recipes with one player: G with an encoder, which learns to give images back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan import nn
from tinygan.algorithms import maximize_likelihood
from tinygan.errors import SettingError
from tinygan.metrics import Measure, reconstruction_error
from tinygan.networks import coders
from tinygan.networks.coders import ACTIVATIONS, Coders
from tinygan.nn.initialize import Initializer
from tinygan.recipes import code_pictures
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting, unused
from tinygan.training import Step


@dataclass(frozen=True)
class OnePlayer(Recipe):
    """The settings and pictures of autoencoders. G decodes, G.encode encodes, and there is no D."""

    iterations: int = setting(words="iterations, each an update of the encoder and of G")
    m: int = setting(words="examples in a minibatch")
    latent: int = setting(20, "numbers in the code")
    g_learning_rate: float = setting(1e-3, "learning rate")
    d_learning_rate: float = unused(1e-3)
    k: int = unused(1)
    beta1: float = 0.9
    hidden: int = setting(400, "units in each dense hidden layer")
    layers: int = setting(1, "dense hidden layers of the encoder, and of G")
    activation: str = setting("relu", "function after each hidden layer", among=tuple(ACTIVATIONS))
    convolutional: bool = setting(False, "whether the networks have two convolutions each, and one dense hidden layer")
    width: int = setting(16, "channels of the outer convolution of each network, if they have any")

    axis: ClassVar[tuple[float, ...]]  # the values of a code's number in the picture of the plane

    def coders(self, source: Any, outputs: int, rng: np.random.Generator) -> Coders:
        """An encoder with `outputs` outputs, and a decoder. Raises SettingError unless the source has images."""
        if not source.has_images:
            raise SettingError(
                f"recipe {self.name!r} makes images, not examples of shape {source.shape}; "
                "choose data with images, such as digits"
            )
        facts: dict[str, Any] = {"code": self.latent, "outputs": outputs, "activation": self.activation}
        facts["initialize"] = self.initializer()
        if self.convolutional:
            return coders.convolutional(source.shape, rng, width=self.width, hidden=self.hidden, **facts)
        return coders.dense(source.shape, rng, hidden=(self.hidden,) * self.layers, **facts)

    def initializer(self) -> Initializer:
        """The initializer of all weights."""
        return nn.he()

    def rules(self) -> tuple[Any, Any]:
        g_rule, _ = super().rules()
        return g_rule, None

    def algorithm(self, *game: Any, start: int) -> Iterator[Step]:
        G, _, objective, optimizer, _, noise, data = game
        return maximize_likelihood(G, objective, optimizer, noise, data, m=self.m, start=start)

    def measures(self, run: Any, samples: int = 2500, seed: int = 0) -> list[Measure]:
        """The error of reconstructions of all test images."""
        return reconstruction_error(run.generator(), run.source.held_out(), run.backend.asarray)

    def pictures(self, run: Any) -> dict[str, Any]:
        """Images beside their reconstructions and, of a code of two numbers, the plane of codes."""
        found: dict[str, Any] = {"reconstructions": code_pictures.reconstructions(run)}
        if self.latent == 2:
            found["plane"] = code_pictures.plane(run, self.axis)
            found |= code_pictures.codes(run)
        return found
