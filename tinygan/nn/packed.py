"""PacGAN's packing: a discriminator that judges several examples at once, and so sees that they are all alike."""

from collections.abc import Callable, Iterator
from typing import Any

from tinygan import functional as F
from tinygan.errors import ShapeMismatch
from tinygan.nn.layer import Layer, expect_callable, expect_sizes
from tinygan.nn.minibatch import each


class Packed(Layer):
    """D on `pack` examples at a time, their last axes concatenated; Lin et al. 2018, section 3.1.

    Points (m, d) reach D as (m / pack, pack * d), images (m, H, W, C) as (m / pack, H, W, pack * C): examples that
    follow each other are one pack, and D gives m / pack results. Labels (m,) reach D as (m / pack, pack).
    Raises ShapeMismatch if m is no multiple of pack.

    >>> import numpy as np
    >>> Packed(lambda x: x, 2)(np.array([[1, 2], [3, 4], [5, 6], [7, 8]]))
    array([[1, 2, 3, 4],
           [5, 6, 7, 8]])
    """

    def __init__(self, D: Callable, pack: int):
        expect_sizes(self, pack)
        expect_callable(self, D)
        self.D, self.pack = D, pack

    def __call__(self, x: Any) -> Any:
        return self.D(self.packed(x))

    def packed(self, x: Any) -> Any:
        """The examples, a tree of arrays, as D sees them."""
        return each(self._packed, x)

    def _packed(self, x: Any) -> Any:
        m = len(x)
        if m % self.pack:
            raise ShapeMismatch(f"Packed: {m} examples, {x.shape}, are no whole number of packs of {self.pack}")
        if x.ndim == 1:
            return F.reshape(x, shape=(m // self.pack, self.pack))
        m, *inner, features = x.shape
        if inner:
            x = F.reshape(x, shape=(m // self.pack, self.pack, *inner, features))
            x = F.transpose(x, axes=(0, *range(2, x.ndim - 1), 1, x.ndim - 1))  # (m / pack, ..., pack, C)
        return F.reshape(x, shape=(m // self.pack, *inner, self.pack * features))

    def __iter__(self) -> Iterator[Callable]:
        return iter((self.packed, self.D))
