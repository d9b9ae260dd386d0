"""Discriminators with a second output beside the score: AC-GAN's classes, and InfoGAN's codes.

An output is a namedtuple with a field `score`, for the loss; terms read the other fields.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tinygan import nn
from tinygan.autograd import Array
from tinygan.errors import ShapeMismatch


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


class DQ(NamedTuple):
    """The outputs of D and of Q for m examples.

    score: D's, (m, 1).   category: the logits of Q(category|x), (m, K).   continuous: the means of Q(code|x), (m, c).
    """

    score: Array
    category: Array
    continuous: Array


class WithQ(nn.Layer):
    """D and Q as two heads on one trunk, DQ(score(h), logits, means) with h = trunk(x); Chen et al. 2016, section 6.

    score: from h to (m, 1).   q: from h to (m, categories + c), the logits and then the means.
    Raises ShapeMismatch if q gives fewer numbers than there are categories.
    """

    per_example = True

    def __init__(self, trunk: Callable, score: Callable, q: Callable, categories: int):
        self.trunk, self.score, self.q, self.categories = trunk, score, q, categories

    def __call__(self, x: Array) -> DQ:
        h = self.trunk(x)
        found = self.q(h)
        if found.ndim != 2 or found.shape[1] < self.categories:
            raise ShapeMismatch(
                f"WithQ: q is expected to give at least {self.categories} numbers for each example, got {found.shape}"
            )
        return DQ(self.score(h), found[:, : self.categories], found[:, self.categories :])
