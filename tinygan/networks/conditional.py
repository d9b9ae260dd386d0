"""The ways in which the label enters a conditional G and D.

Joined: its one-hot code is concatenated with the input. Embedded: a learned code is. Normalized: it chooses scale and
shift of G's batch norms. Projected: it chooses the direction in which D's features count. Or D does not get it, and
classifies.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tinygan import nn
from tinygan.autograd import Array
from tinygan.networks.layers import Layer, Normalization, identity

G_LABELS = ("joined", "embedded", "batch-norm")
D_LABELS = ("joined", "embedded", "projected")


class Classified(NamedTuple):
    """The output of a discriminator with a classifier: scores (m, 1), and logits of the K classes (m, K)."""

    score: Array
    category: Array


class ScoreAndCategory(nn.Layer):
    """Classified(Dense(h), Dense(h)) of features h (m, features): two last layers; Odena et al. 2017, section 3."""

    per_example = True

    def __init__(self, features: int, classes: int, rng: np.random.Generator):
        self.score, self.category = nn.Dense(features, 1, rng), nn.Dense(features, classes, rng)

    def __call__(self, h: Array) -> Classified:
        return Classified(self.score(h), self.category(h))


def generator(
    way: str,
    classes: int,
    make: Callable[[int, Normalization | None], Any],
    rng: np.random.Generator,
    *,
    embedding: int,
) -> nn.KeepLabels:
    """G, from Labelled(z, y) to Labelled(x, y), which gets the label in one of the G_LABELS.

    make: (more, normalize) -> a Sequential from z with `more` numbers to x. Its normalization layers are made by
    `normalize`, or are its own if that is None.   embedding: numbers in a learned code.
    """
    if way == "batch-norm":

        def normalize(shape: tuple[int, ...]) -> Layer:
            return nn.ConditionalBatchNorm(shape[-1], classes, rng)

        return nn.KeepLabels(nn.PassLabels(make(0, normalize), nn.OneHot(classes)))
    code, more = _code(way, classes, embedding, rng)
    return nn.KeepLabels(nn.Sequential(nn.JoinLabels(code), *make(more, None)))


def discriminator(
    way: str,
    classes: int,
    make: Callable[[int, Callable[[int], Layer] | None], Any],
    rng: np.random.Generator,
    *,
    embedding: int,
    wrap: Callable[[Layer], Layer] = identity,
) -> Any:
    """D, from Labelled(x, y) to scores (m, 1), which gets the label in one of the D_LABELS.

    make: (more, last) -> a Sequential from x with `more` numbers, at each pixel of an image, to scores. `last` makes
    its last layer from the number of features, unless that is None.   embedding: numbers in a learned code.   wrap: a
    function of both parts of the projection, such as nn.SpectralNorm.
    """
    if way == "projected":
        return nn.PassLabels(make(0, lambda features: nn.Projection(classes, features, rng, wrap=wrap)))
    code, more = _code(way, classes, embedding, rng)
    return nn.Sequential(nn.JoinLabels(code), *make(more, None))


def classifying(
    classes: int, make: Callable[[int, Callable[[int], Layer] | None], Any], rng: np.random.Generator
) -> nn.Sequential:
    """D, from Labelled(x, y) to Classified(score, category), which does not get y.   make: as in `discriminator`."""
    return nn.Sequential(nn.DropLabels(), *make(0, lambda features: ScoreAndCategory(features, classes, rng)))


def _code(way: str, classes: int, embedding: int, rng: np.random.Generator) -> tuple[Layer, int]:
    """(code, numbers): the layer from labels to their codes, and how many numbers a code has."""
    if way == "joined":
        return nn.OneHot(classes), classes
    return nn.Embedding(classes, embedding, rng), embedding
