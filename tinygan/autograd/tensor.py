"""A Tensor is an array with a record of the operation that computed it. It has NumPy's operators.

Each operator is a function of arithmetic.py, which holds the gradient rules.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, final

import numpy as np

from tinygan.autograd.arithmetic import (
    abs,
    add,
    divide,
    getitem,
    matmul,
    mean,
    multiply,
    negative,
    power,
    reshape,
    subtract,
    sum,
    transpose,
)
from tinygan.autograd.primitive import Node, raw, without_lists
from tinygan.backend import namespace
from tinygan.errors import DeviceMismatch

__all__ = ["Tensor", "raw"]

_serials = itertools.count()


def _reflected(f: Callable) -> Callable:
    """f with its first two arguments exchanged: Python calls 2 - x as x.__rsub__(2)."""
    return lambda x, y: f(y, x)


@final
class Tensor(Node):
    """A traced array: its value, and the application of a primitive that computed it (none for a leaf).

    data: a float32 or float64 array; a list or a number becomes float32. The Tensor and the tape share its memory.
    An array that is changed in place after it was recorded gives a wrong gradient; grad(..., verify=True) detects it.
    Raises DeviceMismatch for integers (labels and indices are raw arrays), for float16 (its sums overflow at 65,504),
    and for an object that is not an array.

    Comparisons return masks, which are raw boolean arrays; `in` tests whether any entry is equal. A Tensor is hashed by
    identity, so sets and dictionaries can hold it.

    >>> x = Tensor([1.0, 2.0])
    >>> x * x + 1
    Tensor([2., 5.], dtype=float32)
    """

    __slots__ = ()
    __array_ufunc__ = None  # array * Tensor then calls Tensor.__rmul__, in NumPy and in CuPy
    __hash__ = object.__hash__

    def __init__(self, data: Any, op: Any = None, args: tuple = (), static: dict | None = None):
        if op is None:
            data = _floating(data)
        self.data = data
        self.op = op
        self.args = args
        self.static = static or {}
        self.serial = next(_serials)  # order of creation: arguments have lower serials than results

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def ndim(self) -> int:
        return self.data.ndim

    @property
    def size(self) -> int:
        return self.data.size

    @property
    def dtype(self) -> Any:
        return self.data.dtype

    @property
    def T(self) -> "Tensor":
        return transpose(self)

    def __repr__(self) -> str:
        text = repr(self.data) if self.shape else f"{self.data!s}, dtype={self.dtype}"
        return f"Tensor({text.removeprefix('array(').removesuffix(')')})"

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise DeviceMismatch("a Tensor does not turn into an array silently; take its value with raw(tensor)")

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator["Tensor"]:
        if not self.ndim:
            raise TypeError("a Tensor with one number and no axes cannot be iterated over")
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        equal = self == value
        return equal if isinstance(equal, bool) else bool(equal.any())

    def __float__(self) -> float:
        return float(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __getitem__(self, index: Any) -> "Tensor":
        return getitem(self, index=index)

    def sum(self, axis: Any = None, keepdims: bool = False) -> "Tensor":
        return sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> "Tensor":
        return mean(self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape: Any) -> "Tensor":
        return reshape(self, shape=shape[0] if len(shape) == 1 else shape)

    __add__, __radd__ = add, _reflected(add)
    __sub__, __rsub__ = subtract, _reflected(subtract)
    __mul__, __rmul__ = multiply, _reflected(multiply)
    __truediv__, __rtruediv__ = divide, _reflected(divide)
    __pow__, __rpow__ = power, _reflected(power)
    __matmul__, __rmatmul__ = matmul, _reflected(matmul)
    __neg__, __abs__ = negative, abs

    def __eq__(self, other: Any) -> Any:
        return self.data == self._comparable(other) if _is_numeric(other) else NotImplemented  # False in Python

    def __ne__(self, other: Any) -> Any:
        return self.data != self._comparable(other) if _is_numeric(other) else NotImplemented

    def __lt__(self, other: Any) -> Any:
        return self.data < self._comparable(other)

    def __le__(self, other: Any) -> Any:
        return self.data <= self._comparable(other)

    def __gt__(self, other: Any) -> Any:
        return self.data > self._comparable(other)

    def __ge__(self, other: Any) -> Any:
        return self.data >= self._comparable(other)

    def _comparable(self, other: Any) -> Any:
        """`other` as an operand for the bare data: a Tensor's value; a list as an array on the same device."""
        return without_lists((self.data, raw(other)), 2)[1]


def _is_numeric(other: Any) -> bool:
    """Whether `other` is a Tensor, an array, a number, or a list of numbers."""
    return hasattr(other, "dtype") or isinstance(other, (int, float, list, tuple))


def _floating(data: Any) -> Any:
    """`data` as a float32 or float64 array; raises DeviceMismatch if it is not one."""
    if isinstance(data, (int, float, list, tuple)) and not isinstance(data, np.generic):  # np.float64 is a float
        return np.asarray(data, dtype=np.float32)
    namespace(data)
    if isinstance(data, np.generic):
        data = np.asarray(data)
    if data is None or data.dtype.kind != "f":
        kind = getattr(data, "dtype", data)
        raise DeviceMismatch(f"a Tensor holds floats, not {kind}; pass labels and indices as raw arrays")
    if data.dtype.itemsize not in (4, 8):
        why = ", whose sums overflow" if data.dtype.itemsize == 2 else ""
        raise DeviceMismatch(f"a Tensor holds float32 or float64, not {data.dtype}{why}; convert it first")
    return data
