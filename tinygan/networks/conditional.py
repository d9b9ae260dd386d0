"""The ways in which the label enters a conditional G and D.

Joined: its one-hot code is concatenated with the input. Embedded: a learned code is. Normalized: it chooses scale and
shift of G's batch norms. Projected: it chooses the direction in which D's features count. Or D does not get it, and
classifies.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan import nn
from tinygan.networks.heads import ScoreAndCategory
from tinygan.networks.layers import Layer, Normalization, identity

G_LABELS = ("joined", "embedded", "batch-norm")
D_LABELS = ("joined", "embedded", "projected")


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
