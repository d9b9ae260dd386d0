"""The base class of the conditional recipes: networks, noise with labels, and update rules.

A recipe chooses how the label enters D, and the loss. How it enters G is a setting of all of them.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from tinygan.metrics import Measure, class_spread
from tinygan.networks import conditional, dcgan
from tinygan.networks.layers import batch_norm
from tinygan.networks.perceptrons import perceptron
from tinygan.recipes.by_class import ByClass
from tinygan.recipes.setting import setting


@dataclass(frozen=True)
class Conditional(ByClass):
    """Images have the small DCGAN, and points perceptrons; the labels of the points of a mixture are its modes."""

    data: str = "digits"
    iterations: int = setting(6000, images=2000)
    m: int = setting(256, images=64)
    latent: int = setting(2, images=64)
    g_learning_rate: float = setting(3e-4, images=1e-3)
    d_learning_rate: float = 1e-3
    beta1: float = setting(0.5, images=0.0)
    decay: int = setting(6000, images=0)
    average: float = setting(0.999, images=0.995)
    record_every: int = setting(50, images=10)
    sample_every: int = setting(200, images=100)
    hidden: int = setting(128, "units in each of the three hidden layers of both networks, for points")
    width: int = setting(32, "channels of D's first convolution, for images")
    g_label: str = setting(
        "joined", f"how G gets the label: {', '.join(conditional.G_LABELS)}", among=conditional.G_LABELS
    )
    embedding: int = setting(16, "numbers in the code of an embedded label")

    def networks(self, source: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """(G, D), from Labelled(z, y) to Labelled(x, y), and from that to scores."""
        make = partial(self.generator, source, rng)
        G = conditional.generator(self.g_label, len(source.classes), make, rng, embedding=self.embedding)
        return G, self.labelled_discriminator(source, rng)

    def labelled_discriminator(self, source: Any, rng: np.random.Generator) -> Any:
        """D, from Labelled(x, y) to its output."""
        raise TypeError(f"recipe {self.name!r} has no discriminator")

    def generator(self, source: Any, rng: np.random.Generator, more: int, normalize: Any) -> Any:
        """The network from z with `more` numbers to x, as `networks.conditional.generator` takes it."""
        if source.has_images:
            normalize = normalize or batch_norm
            return dcgan.generator(self.latent + more, source.shape, rng, width=self.width, normalize=normalize)
        return perceptron((self.latent + more, *3 * (self.hidden,), *source.shape), rng, normalize=normalize)

    def discriminator(self, source: Any, rng: np.random.Generator, more: int, last: Any) -> Any:
        """The network from x with `more` numbers to scores, as `networks.conditional.discriminator` takes it."""
        *sides, features = source.shape
        if sides:
            return dcgan.discriminator((*sides, features + more), 1, rng, width=self.width, last=last)
        return perceptron((features + more, *3 * (self.hidden,), 1), rng, last=last)

    def measures(self, run: Any, samples: int = 2500, seed: int = 0) -> list[Measure]:
        """Of points: the spread of each class, and its distance from the data's, as `metrics.class_spread`."""
        source = run.source.unlabelled()
        return [] if source.has_images else class_spread(source, run.sample(samples, seed), seed=seed)
