"""Records of matrix products: the memory layouts of their operands, and the number of operations."""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple


class Layout(NamedTuple):
    """The memory layout of an array: its shape, its strides in bytes, and its dtype."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: Any

    @classmethod
    def of(cls, array: Any) -> "Layout":
        """The layout of `array`."""
        return cls(array.shape, array.strides, array.dtype)

    def made(self, fill: Callable[[int], Any], xp: Any) -> Any:
        """A new array with this layout, in memory with the n numbers of `fill(n)`."""
        strides = tuple(map(abs, self.strides))  # negative strides move as many bytes
        extent = sum((n - 1) * stride for n, stride in zip(self.shape, strides, strict=True)) // self.dtype.itemsize
        memory = xp.asarray(fill(extent + 1), dtype=self.dtype)
        return xp.lib.stride_tricks.as_strided(memory, self.shape, strides)


class Product(NamedTuple):
    """The operands of one matrix product, transposed as they were multiplied, and its result."""

    x: Layout
    y: Layout
    out: Layout

    @classmethod
    def of(cls, x: Any, y: Any, out: Any, transpose_x: bool, transpose_y: bool) -> "Product":
        """The product that matrix_product's forward has computed from x and y."""
        x, y = x.swapaxes(-1, -2) if transpose_x else x, y.swapaxes(-1, -2) if transpose_y else y
        return cls(*map(Layout.of, (x, y, out)))

    @property
    def flops(self) -> int:
        """Multiplications and additions: 2 n k m for each (n, k) times (k, m)."""
        return 2 * prod(self.out.shape) * self.x.shape[-1]
