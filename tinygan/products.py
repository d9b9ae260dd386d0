"""The matrix products that a block makes: how their operands lie in memory, their arithmetic, and their seconds."""

import contextlib
import time
from collections.abc import Callable, Iterator
from math import prod
from typing import Any, NamedTuple

from tinygan.autograd.arithmetic import matrix_product


class Layout(NamedTuple):
    """How an array lies in memory: its shape, its strides in bytes, and its kind of number."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: Any

    @classmethod
    def of(cls, array: Any) -> "Layout":
        """The layout of `array`."""
        return cls(array.shape, array.strides, array.dtype)

    def made(self, fill: Callable[[int], Any], xp: Any) -> Any:
        """An array that lies like this one, in memory of its own that `fill(n)` has made of n numbers."""
        strides = tuple(map(abs, self.strides))  # a mirrored array moves as many bytes
        extent = sum((n - 1) * stride for n, stride in zip(self.shape, strides, strict=True)) // self.dtype.itemsize
        memory = xp.asarray(fill(extent + 1), dtype=self.dtype)
        return xp.lib.stride_tricks.as_strided(memory, self.shape, strides)


class Product(NamedTuple):
    """The operands of one matrix product, turned as they were multiplied, and its result."""

    x: Layout
    y: Layout
    out: Layout

    @classmethod
    def of(cls, x: Any, y: Any, out: Any, transpose_x: bool, transpose_y: bool) -> "Product":
        """What matrix_product's forward did with x and y to make `out`."""
        x, y = x.swapaxes(-1, -2) if transpose_x else x, y.swapaxes(-1, -2) if transpose_y else y
        return cls(*map(Layout.of, (x, y, out)))

    @property
    def flops(self) -> int:
        """Multiplications and additions: 2 n k m for each (n, k) times (k, m)."""
        return 2 * prod(self.out.shape) * self.x.shape[-1]


@contextlib.contextmanager
def recorded(settle: Callable[[], Any] = lambda: None) -> Iterator[list[tuple[Product, float]]]:
    """A list that every matrix product of the package joins, with its seconds, while the block runs.

    settle: waits for the device, so that a product's seconds are its own.
    """
    products: list[tuple[Product, float]] = []
    forward = matrix_product.forward  # type: ignore[attr-defined]

    def timed(xp: Any, x: Any, y: Any, transpose_x: bool = False, transpose_y: bool = False, into: Any = None) -> Any:
        settle()
        began = time.perf_counter()
        out = forward(xp, x, y, transpose_x, transpose_y, into)
        settle()
        products.append((Product.of(x, y, out, transpose_x, transpose_y), time.perf_counter() - began))
        return out

    matrix_product.forward = timed  # type: ignore[attr-defined]
    try:
        yield products
    finally:
        matrix_product.forward = forward  # type: ignore[attr-defined]
