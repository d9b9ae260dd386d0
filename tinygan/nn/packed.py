"""PacGAN's packing: a discriminator that gets several examples at once, and so detects a lack of variety."""

from collections.abc import Callable, Iterator
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import ShapeMismatch
from tinygan.nn.checks import expect_callable, expect_sizes
from tinygan.nn.layer import Layer
from tinygan.nn.minibatch import Minibatch, each


class Packed(Layer):
    """D on packs of `pack` consecutive examples, concatenated along the last axis; Lin et al. 2018, section 3.1.

    D gets points (m, d) as (m / pack, pack * d), images (m, H, W, C) as (m / pack, H, W, pack * C), and labels (m,) as
    (m / pack, pack). It returns m / pack outputs.
    Raises ShapeMismatch if m is not a multiple of pack.

    >>> import numpy as np
    >>> Packed(lambda x: x, 2)(np.array([[1, 2], [3, 4], [5, 6], [7, 8]]))
    array([[1, 2, 3, 4],
           [5, 6, 7, 8]])
    """

    def __init__(self, D: Callable, pack: int):
        expect_sizes(self, pack)
        expect_callable(self, D)
        self.D, self.pack = D, pack

    def __call__(self, x: Minibatch) -> Any:
        return self.D(self.packed(x))

    def packed(self, x: Minibatch) -> Minibatch:
        """The minibatch of packs that D gets."""
        return each(self._packed, x)

    def _packed(self, x: Array) -> Array:
        m = len(x)
        if m % self.pack:
            raise ShapeMismatch(f"Packed: {m} examples, {x.shape}, are not a multiple of pack = {self.pack}")
        if x.ndim == 1:
            return F.reshape(x, shape=(m // self.pack, self.pack))
        m, *inner, features = x.shape
        if inner:
            x = F.reshape(x, shape=(m // self.pack, self.pack, *inner, features))
            x = F.transpose(x, axes=(0, *range(2, x.ndim - 1), 1, x.ndim - 1))  # (m / pack, ..., pack, C)
        return F.reshape(x, shape=(m // self.pack, *inner, self.pack * features))

    def __iter__(self) -> Iterator[Callable]:
        return iter((self.packed, self.D))
