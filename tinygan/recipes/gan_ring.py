"""A GAN on the ring of eight Gaussians, a small problem on which generators lose modes."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygan.errors import SettingError
from tinygan.networks.perceptrons import perceptron
from tinygan.recipes.recipe import Recipe
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class GANRing(Recipe):
    """Perceptrons of three hidden layers. z has two dimensions, and D's learning rate is higher than G's.

    With z of 16 dimensions, or with equal learning rates, most runs lost modes. The moving average of G removes the
    circling of the iterates. docs/results.md has the numbers.
    """

    name: ClassVar[str] = "gan-ring"
    paper: ClassVar[str] = "data as Lin et al. 2018, arXiv 1712.04086, section 4.1"

    data: str = "ring"
    iterations: int = 10000
    m: int = 256
    latent: int = 2
    hidden: int = setting(128, "units in each hidden layer of both networks")
    g_learning_rate: float = 3e-4
    d_learning_rate: float = 1e-3
    average: float = 0.999
    record_every: int = 50
    sample_every: int = 200

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D), perceptrons with three hidden layers. Raises SettingError unless the examples are points."""
        shape = source.shape
        if len(shape) != 1:
            raise SettingError(
                f"recipe {self.name!r} makes points, not examples of shape {shape}; "
                "choose data with points, such as ring"
            )
        hidden = 3 * (self.hidden,)
        return perceptron((self.latent, *hidden, *shape), rng), perceptron((*shape, *hidden, 1), rng)
