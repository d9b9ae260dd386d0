"""A discriminator with a second output: InfoGAN's D and Q on one trunk."""

from collections.abc import Callable
from typing import NamedTuple

from tinygan import nn
from tinygan.autograd import Array
from tinygan.errors import ShapeMismatch


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
