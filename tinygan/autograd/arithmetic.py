"""The arithmetic of Tensors as a table of derivatives: above each function are its gradient rules, one per argument.

In a rule, g is the gradient in out, and the result is the gradient in the argument. Rules use the same functions and
operators: on bare arrays they compute a gradient, on Tensors they also record it. So gradients of every order exist.
No rule sums over broadcast axes; `grad` does that after each rule.
"""

from math import prod
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from tinygan.autograd.columns import column_sums
from tinygan.autograd.index import is_mask, on_device
from tinygan.autograd.primitive import Array, primitive, raw, without_lists
from tinygan.backend import namespace
from tinygan.errors import ShapeMismatch


@primitive(lambda g, out, x, y: g, lambda g, out, x, y: g)
def add(xp, x, y):
    """x + y, broadcast."""
    return xp.add(x, y)


@primitive(lambda g, out, x, y: g, lambda g, out, x, y: -g)
def subtract(xp, x, y):
    """x - y, broadcast."""
    return xp.subtract(x, y)


@primitive(lambda g, out, x, y: g * y, lambda g, out, x, y: g * x)
def multiply(xp, x, y):
    """x * y, elementwise and broadcast."""
    return xp.multiply(x, y)


@primitive(lambda g, out, x, y: g / y, lambda g, out, x, y: -g * out / y)
def divide(xp, x, y):
    """x / y, elementwise and broadcast."""
    return xp.divide(x, y)


@primitive(lambda g, out, x, y: g * y * power(x, _less_one(y)), lambda g, out, x, y: g * out * _log_of_base(x))
def power(xp, x, y):
    """x to the power y."""
    return xp.power(x, y)


@primitive(lambda g, out, x: -g)
def negative(xp, x):
    """-x."""
    return xp.negative(x)


@primitive(lambda g, out, x: g * sign(x))
def abs(xp, x):
    """|x|; the gradient at 0 is 0."""
    return xp.abs(x)


@primitive(lambda g, out, x: g / x)
def log(xp, x):
    """The natural logarithm."""
    return xp.log(real(xp, x))


@primitive(lambda g, out, x, axis=None, keepdims=False: spread(g, x, axis, keepdims))
def sum(xp, x, axis=None, keepdims=False):
    """The sum over `axis` (an int, a tuple, or None for all)."""
    leading = isinstance(axis, tuple) and axis == tuple(range(x.ndim - 1))
    if leading and x.dtype.kind == "f" and x.ndim > 1 and not keepdims:
        return column_sums(xp, x)
    return xp.sum(x, axis=axis, keepdims=keepdims)


@primitive(lambda g, out, x, axis=None, keepdims=False: spread(g * (1 / counted(x, axis)), x, axis, keepdims))
def mean(xp, x, axis=None, keepdims=False):
    """The mean over `axis` (an int, a tuple, or None for all); raises ShapeMismatch if that has no entries."""
    count = counted(x, axis)
    if not count:
        raise ShapeMismatch(f"x of shape {x.shape} has no numbers over axis {axis}, and so no mean")
    return xp.sum(real(xp, x) if x.dtype.kind == "f" else x, axis=axis, keepdims=keepdims) / count


@primitive(lambda g, out, x, shape: g)
def broadcast_to(xp, x, shape):
    """`x` repeated along new and length-1 axes up to `shape`."""
    return xp.broadcast_to(x, shape)


@primitive(lambda g, out, x, shape: reshape(g, shape=x.shape))
def reshape(xp, x, shape):
    """`x` with another shape of the same size; one entry may be -1."""
    return xp.reshape(x, shape)


@primitive(lambda g, out, x, axes=None: transpose(g, axes=_inverse(axes)))
def transpose(xp, x, axes=None):
    """`x` with its axes in the order `axes`; reversed by default."""
    return xp.transpose(x, axes)


@primitive(lambda g, out, x, index: scatter(g, index=index, shape=x.shape))
def getitem(xp, x, index):
    """x[index], with slices, integers and raw integer or boolean arrays."""
    return x[on_device(xp, index, x.shape)]


@primitive(lambda g, out, x, index, shape: getitem(g, index=index))
def scatter(xp, x, index, shape):
    """Zeros of `shape` with `x` added at `index`: the adjoint of x[index]."""
    out = xp.zeros(shape, x.dtype)
    index = on_device(xp, index, shape)
    entries = index if isinstance(index, tuple) else (index,)
    if all(isinstance(i, (int, slice, type(None), type(Ellipsis))) for i in entries):
        out[index] = x
    else:
        xp.add.at(out, index, x)  # an entry that the index repeats receives the sum
    return out


@primitive(lambda g, out, x, dtype: g)
def cast(xp, x, dtype):
    """`x` in another floating-point format."""
    return x.astype(dtype)


def _product_x(g, out, x, y, transpose_x=False, transpose_y=False, into=None):
    if transpose_x:  # out = x.T @ y
        return matrix_product(y, g, transpose_x=transpose_y, transpose_y=True)
    return matrix_product(g, y, transpose_y=not transpose_y)  # out = x @ y: g @ y.T


def _product_y(g, out, x, y, transpose_x=False, transpose_y=False, into=None):
    if transpose_y:  # out = x @ y.T
        return matrix_product(g, x, transpose_x=True, transpose_y=transpose_x)
    return matrix_product(x, g, transpose_x=not transpose_x)  # out = x @ y: x.T @ g


@primitive(_product_x, _product_y)
def matrix_product(xp, x, y, transpose_x=False, transpose_y=False, into=None):
    """(..., n, k) times (..., k, m): (..., n, m), leading axes broadcast.

    transpose_x, transpose_y: use the transpose of each matrix of x, or of y, without a copy.
    into: a bare array that receives the result.
    """
    x, y = x.swapaxes(-1, -2) if transpose_x else x, y.swapaxes(-1, -2) if transpose_y else y
    if x.shape[-1] != y.shape[-2]:
        raise ShapeMismatch(f"x has {x.shape[-1]} columns, {x.shape}, but y has {y.shape[-2]} rows, {y.shape}")
    if x.shape[-1] == 1:
        return xp.multiply(x, y, out=into)  # an outer product: a tenth of matmul's time
    return xp.matmul(x, y, out=into)


# Functions that the table uses.


def matmul(x: Array, y: Array) -> Array:
    """The matrix product; a 1-D argument is a row on the left, a column on the right.

    >>> matmul(np.array([[1.0, 2.0]]), np.array([3.0, 4.0]))
    array([11.])
    """
    x, y = without_lists((x, y), 2)
    if not (getattr(x, "ndim", 0) and getattr(y, "ndim", 0)):
        raise ShapeMismatch("matmul: an operand is a single number; multiply by it with *")
    if x.ndim == 1:
        out = matmul(reshape(x, shape=(1, -1)), y)
        return out[..., 0] if y.ndim == 1 else out[..., 0, :]
    if y.ndim == 1:
        return matrix_product(x, reshape(y, shape=(-1, 1)))[..., 0]
    return matrix_product(x, y)


def product(xp: Any, x: Any, y: Any, into: Any = None) -> Any:
    """x @ y inside the forward of another primitive, written to the array `into` if there is one.

    All matrix products of the package call the forward of `matrix_product`, where the profiler times them.
    """
    return matrix_product.forward(xp, x, y, into=into)  # type: ignore[attr-defined]


def sum_to(x: Array, shape: tuple[int, ...]) -> Array:
    """`x` summed over the axes along which `shape` is broadcast to x's shape: the adjoint of broadcasting."""
    if x.shape == shape:
        return x
    extra = x.ndim - len(shape)
    axes = tuple(i for i in range(x.ndim) if i < extra or shape[i - extra] != x.shape[i])
    total = sum(x, axis=axes) if x.ndim else x
    return total if total.shape == shape else reshape(total, shape=shape)


def spread(g: Array, x: Array, axis: Any, keepdims: bool) -> Array:
    """The adjoint of a sum: `g`, which has the shape of x summed over `axis`, repeated along `axis` to x's shape."""
    return broadcast_to(expanded(g, x, axis, keepdims), shape=x.shape)


def expanded(g: Array, x: Array, axis: Any, keepdims: bool) -> Array:
    """`g`, which has the shape of x reduced over `axis`, with the reduced axes restored as axes of length 1."""
    if keepdims or axis is None or not x.ndim:  # NumPy allows a sum of a 0-d array over axis 0
        return g
    axes = normalize_axis_tuple(axis, x.ndim)
    return reshape(g, shape=tuple(1 if i in axes else n for i, n in enumerate(x.shape)))


def counted(x: Array, axis: Any) -> int:
    """The number of entries of `x` that a reduction over `axis` combines into one."""
    axes = range(x.ndim) if axis is None or not x.ndim else normalize_axis_tuple(axis, x.ndim)
    return prod(x.shape[i] for i in axes)


def sign(x: Array) -> Array:
    """The sign, -1, 0 or 1, as a raw array: its derivative is 0 wherever it exists."""
    return namespace(raw(x)).sign(raw(x))


def real(xp: Any, x: Any) -> Any:
    """`x` in float32 or float64: uint8 has no negative numbers, and sums of float16 overflow at 65,504."""
    dtype = getattr(x, "dtype", None)
    wide = dtype is None or (dtype.kind == "f" and dtype.itemsize > 2)
    return x if wide else x.astype(xp.result_type(dtype, xp.float32))


def _less_one(y: Array) -> Array:
    """y - 1, but 0 where y is 0. Then the gradient y * x**(y - 1) of x**0 is 0 at x = 0, too."""
    nonzero = raw(y) != 0
    return 0 * nonzero if is_mask(y) else y - nonzero  # NumPy cannot subtract booleans


def _log_of_base(x: Array) -> Array:
    """log x, but 0 where x is 0, because x**y log x tends to 0 there. A Python number gives a Python number."""
    return log(x + (raw(x) == 0)) if hasattr(x, "dtype") else float(np.log(x or 1.0))


def _inverse(axes: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The inverse of the permutation `axes`."""
    return None if axes is None else tuple(map(int, np.argsort([a % len(axes) for a in axes])))
