"""A Tensor remembers how it was made; a primitive is a function whose gradient rules are known.

The arithmetic behind Tensor's operators stands below the class: each primitive is a forward in terms of an array module
`xp`, and one rule per argument. Rules are written with the same operators, so on bare arrays they compute a gradient
and on Tensors they record one: that is all there is to higher orders.
"""

import functools
import inspect
import itertools
from collections.abc import Callable, Iterator
from math import prod
from typing import Any, final

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from tinygan.autograd.index import is_mask, on_device
from tinygan.backend import namespace
from tinygan.errors import DeviceMismatch, GradientError, ShapeMismatch

Array = Any  # a NumPy or CuPy array, or a Tensor: functions are polymorphic
_serials = itertools.count()


@final
class Tensor:
    """A traced array: its value, and the application of a primitive that produced it (none for a leaf).

    data: a float32 or float64 array; a list or a number becomes float32. The Tensor shares its memory, and so does the
    tape: an array that is changed after it was recorded gives a wrong gradient, which grad(..., verify=True) finds.
    Raises DeviceMismatch for integers (labels and indices stay raw arrays), for float16, whose sums overflow at 65,504,
    and for what is no array.

    Comparisons give masks, raw arrays of truth values, and `in` asks whether any entry is equal. A Tensor's hash is its
    identity, so that sets and dictionaries can hold it.

    >>> x = Tensor([1.0, 2.0])
    >>> x * x + 1
    Tensor([2., 5.], dtype=float32)
    """

    __slots__ = ("__weakref__", "args", "data", "op", "serial", "static")
    __array_ufunc__ = None  # array * Tensor goes to Tensor.__rmul__, in NumPy and in CuPy
    __hash__ = object.__hash__

    def __init__(self, data: Any, op: Any = None, args: tuple = (), static: dict | None = None):
        if op is None:
            data = _floating(data)
        self.data = data
        self.op = op
        self.args = args
        self.static = static or {}
        self.serial = next(_serials)  # creation order: arguments are always older than results

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
            raise TypeError("a Tensor that is a single number has no rows to go through")
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        found = self == value
        return found if isinstance(found, bool) else bool(found.any())

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

    def __add__(self, other: Any) -> "Tensor":
        return add(self, other)

    def __radd__(self, other: Any) -> "Tensor":
        return add(other, self)

    def __sub__(self, other: Any) -> "Tensor":
        return subtract(self, other)

    def __rsub__(self, other: Any) -> "Tensor":
        return subtract(other, self)

    def __mul__(self, other: Any) -> "Tensor":
        return multiply(self, other)

    def __rmul__(self, other: Any) -> "Tensor":
        return multiply(other, self)

    def __truediv__(self, other: Any) -> "Tensor":
        return divide(self, other)

    def __rtruediv__(self, other: Any) -> "Tensor":
        return divide(other, self)

    def __pow__(self, other: Any) -> "Tensor":
        return power(self, other)

    def __rpow__(self, other: Any) -> "Tensor":
        return power(other, self)

    def __matmul__(self, other: Any) -> "Tensor":
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> "Tensor":
        return matmul(other, self)

    def __neg__(self) -> "Tensor":
        return negative(self)

    def __abs__(self) -> "Tensor":
        return abs(self)

    def __eq__(self, other: Any) -> Any:
        return self.data == self._beside(other) if _is_numeric(other) else NotImplemented  # then Python says False

    def __ne__(self, other: Any) -> Any:
        return self.data != self._beside(other) if _is_numeric(other) else NotImplemented

    def __lt__(self, other: Any) -> Any:
        return self.data < self._beside(other)

    def __le__(self, other: Any) -> Any:
        return self.data <= self._beside(other)

    def __gt__(self, other: Any) -> Any:
        return self.data > self._beside(other)

    def __ge__(self, other: Any) -> Any:
        return self.data >= self._beside(other)

    def _beside(self, other: Any) -> Any:
        """`other` as it can be compared with the data: the value of a Tensor, and a list as an array beside it."""
        return without_lists((self.data, raw(other)), 2)[1]


def _is_numeric(other: Any) -> bool:
    """Whether entries can equal `other`: a Tensor, an array, a number, or a list of numbers."""
    return hasattr(other, "dtype") or isinstance(other, (int, float, list, tuple))


def _floating(data: Any) -> Any:
    """The value of a new leaf, checked."""
    if isinstance(data, (int, float, list, tuple)) and not isinstance(data, np.generic):  # np.float64 is a float
        return np.asarray(data, dtype=np.float32)
    namespace(data)
    if isinstance(data, np.generic):
        data = np.asarray(data)
    if data is None or data.dtype.kind != "f":
        found = getattr(data, "dtype", data)
        raise DeviceMismatch(
            f"a Tensor holds floating-point numbers, not {found}; pass labels and indices as raw arrays"
        )
    if data.dtype.itemsize not in (4, 8):
        why = ", whose sums overflow" if data.dtype.itemsize == 2 else ""
        raise DeviceMismatch(f"a Tensor holds float32 or float64, not {data.dtype}{why}; convert it first")
    return data


def raw(x: Any) -> Any:
    """The bare array of a Tensor; anything else is returned as it is."""
    return x.data if isinstance(x, Tensor) else x


def primitive(
    *vjps: Callable | None, each: Callable | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make forward(xp, *args, **static) differentiable: on bare arrays it computes, on Tensors it also records.

    vjps[i](g, out, *args, **static) is the gradient of <g, out> with respect to args[i], written polymorphically. For
    any number of like arguments, each(i, g, out, *args, **static) serves them all. An argument without a rule, or with
    None, is passed raw. A list of numbers in an array's place becomes an array, of the dtype of those beside it.

    >>> @primitive(lambda g, out, x: 3 * g * x * x)
    ... def cube(xp, x):
    ...     return x**3
    >>> cube(np.array([2.0])), cube(Tensor([2.0]))
    (array([8.]), Tensor([8.], dtype=float32))
    """

    def decorate(forward: Callable[..., Any]) -> Callable[..., Any]:
        name = forward.__name__
        rules = _Each(each) if each else vjps
        parameters = list(inspect.signature(forward).parameters)[1:]
        arrays_by_name = set(parameters[: len(vjps)])
        differentiable = len(rules) if None not in vjps else 0  # so many leading arguments have a rule, for certain

        @functools.wraps(forward)
        def op(*args: Any, **static: Any) -> Any:
            if static:
                if not arrays_by_name.isdisjoint(static):  # an array passed by keyword
                    while len(args) < len(parameters) and parameters[len(args)] in static:
                        args = (*args, static.pop(parameters[len(args)]))
                for keyword, value in static.items():
                    if isinstance(value, Tensor):
                        raise GradientError(f"{name}: no gradient rule for {keyword}; pass raw({keyword})")
            kinds = list(map(type, args))
            traced = Tensor in kinds
            if list in kinds or tuple in kinds:
                try:
                    args = without_lists(args, len(rules))
                except ValueError as error:  # rows of unequal lengths, or words
                    raise _named(error, name, map(raw, args)) from error
            arrays = [a.data if type(a) is Tensor else a for a in args] if traced else args
            if traced and len(args) > differentiable:
                for i, a in enumerate(args):
                    if isinstance(a, Tensor) and (i >= len(rules) or rules[i] is None):
                        which = parameters[i] if i < len(parameters) else f"argument {i}"
                        raise GradientError(f"{name}: no gradient rule for {which}; pass raw({which})")
            try:
                out = op.forward(namespace(*arrays), *arrays, **static)  # type: ignore[attr-defined]
            except (ValueError, DeviceMismatch) as error:
                raise _named(error, name, arrays) from error
            return Tensor(out, op, args, static) if traced else out

        op.forward, op.vjps = forward, rules  # type: ignore[attr-defined]
        return op

    return decorate


def without_lists(args: tuple, count: int) -> tuple:
    """`args` with each list among the first `count`, which are arrays, made one where the others are."""
    arrays = [raw(a) for a in args[:count] if hasattr(a, "dtype")]
    floating = [a.dtype for a in arrays if a.dtype.kind == "f"]
    xp, dtype = namespace(*arrays), floating[0] if floating else None
    made = [xp.asarray(a, dtype=dtype) if isinstance(a, (list, tuple)) else a for a in args[:count]]
    return (*made, *args[count:])


class _Each:
    """The rules of a primitive that takes any number of like arguments."""

    def __init__(self, rule: Callable):
        self.rule = rule

    def __len__(self) -> int:
        return 1 << 31

    def __getitem__(self, i: int) -> Callable:
        return functools.partial(self.rule, i)


def _named(error: Exception, name: str, arrays: Any) -> Exception:
    """The same error as one line that names the primitive and the shapes it was given."""
    if isinstance(error, (DeviceMismatch, ShapeMismatch)):
        return type(error)(f"{name}: {error}")
    shapes = " and ".join(str(a.shape) for a in arrays if hasattr(a, "shape"))
    return ShapeMismatch(f"{name}: arguments of shape {shapes} do not fit: {error}")


# The arithmetic of the operators. In every rule g is the cotangent of out.


def sum_to(x: Array, shape: tuple[int, ...]) -> Array:
    """`x` summed over the axes along which `shape` would broadcast to x's shape: the adjoint of broadcasting."""
    if x.shape == shape:
        return x
    extra = x.ndim - len(shape)
    axes = tuple(i for i in range(x.ndim) if i < extra or shape[i - extra] != x.shape[i])
    total = sum(x, axis=axes) if x.ndim else x
    return total if total.shape == shape else reshape(total, shape=shape)


@primitive(lambda g, out, x, y: sum_to(g, x.shape), lambda g, out, x, y: sum_to(g, y.shape))
def add(xp, x, y):
    """x + y, broadcast."""
    return xp.add(x, y)


@primitive(lambda g, out, x, y: sum_to(g, x.shape), lambda g, out, x, y: sum_to(-g, y.shape))
def subtract(xp, x, y):
    """x - y, broadcast."""
    return xp.subtract(x, y)


def sum_of_products(x: Array, y: Array, shape: tuple[int, ...]) -> Array:
    """sum_to(x * y, shape); bare arrays are multiplied and summed in one pass where only channels are left."""
    bare = not (isinstance(x, Tensor) or isinstance(y, Tensor)) and x.shape == getattr(y, "shape", None)
    if bare and shape and x.size > x.shape[-1] == shape[-1] == prod(shape):
        return namespace(x).einsum("ij,ij->j", *_rows(x, y)).reshape(shape)
    return sum_to(x * y, shape)


def _rows(x: Any, *others: Any) -> list[Any]:
    """Bare arrays of one shape (..., C) as (rows, C), all in the order in which x lies in memory: x is not copied."""
    leading = sorted(range(x.ndim - 1), key=lambda i: -x.strides[i])
    return [array.transpose(*leading, -1).reshape(prod(x.shape[:-1]), x.shape[-1]) for array in (x, *others)]


@primitive(lambda g, out, x, y: sum_of_products(g, y, x.shape), lambda g, out, x, y: sum_of_products(g, x, y.shape))
def multiply(xp, x, y):
    """x * y, elementwise and broadcast."""
    return xp.multiply(x, y)


@primitive(lambda g, out, x, y: sum_to(g / y, x.shape), lambda g, out, x, y: sum_to(-g * out / y, y.shape))
def divide(xp, x, y):
    """x / y, elementwise and broadcast."""
    return xp.divide(x, y)


@primitive(lambda g, out, x: -g)
def negative(xp, x):
    """-x."""
    return xp.negative(x)


@primitive(lambda g, out, x: g * sign(x))
def abs(xp, x):
    """|x|; the gradient at 0 is 0."""
    return xp.abs(x)


def sign(x: Array) -> Array:
    """-1, 0 or 1, as a raw array: its derivative is zero wherever it has one."""
    return namespace(raw(x)).sign(raw(x))


def real(xp: Any, x: Any) -> Any:
    """`x` in float32 or float64: a uint8 has no -x and a float16 no sum above 65,504, and exp of both is too coarse."""
    dtype = getattr(x, "dtype", None)
    wide = dtype is None or (dtype.kind == "f" and dtype.itemsize > 2)
    return x if wide else x.astype(xp.result_type(dtype, xp.float32))


@primitive(lambda g, out, x: g / x)
def log(xp, x):
    """The natural logarithm."""
    return xp.log(real(xp, x))


def _log_of_base(x: Array) -> Array:
    """log x, and 0 where x = 0, as x**y log x tends to 0 there; a plain number stays one, and so promotes nothing."""
    return log(x + (raw(x) == 0)) if hasattr(x, "dtype") else float(np.log(x or 1.0))


def _one_less(y: Array) -> Array:
    """y - 1, and 0 where y is 0: the gradient's 0 * x**(y - 1) is then 0 at x = 0 too."""
    nonzero = raw(y) != 0
    return 0 * nonzero if is_mask(y) else y - nonzero  # NumPy subtracts no masks


@primitive(
    lambda g, out, x, y: sum_to(g * y * power(x, _one_less(y)), x.shape),
    lambda g, out, x, y: sum_to(g * out * _log_of_base(x), y.shape),
)
def power(xp, x, y):
    """x to the power y."""
    return xp.power(x, y)


def expanded(g: Array, x: Array, axis: Any, keepdims: bool) -> Array:
    """`g`, a reduction of `x` over `axis`, with the reduced axes back as axes of length 1."""
    if keepdims or axis is None or not x.ndim:  # NumPy lets a number be summed over axis 0
        return g
    axes = normalize_axis_tuple(axis, x.ndim)
    return reshape(g, shape=tuple(1 if i in axes else n for i, n in enumerate(x.shape)))


@primitive(lambda g, out, x, axis=None, keepdims=False: broadcast_to(expanded(g, x, axis, keepdims), shape=x.shape))
def sum(xp, x, axis=None, keepdims=False):
    """The sum over `axis` (an int, a tuple, or None for all)."""
    leading = isinstance(axis, tuple) and axis == tuple(range(x.ndim - 1))
    if leading and x.dtype.kind == "f" and x.ndim > 1 and not keepdims:
        [rows] = _rows(x)
        return xp.ones(len(rows), x.dtype) @ rows  # a third of the time of a strided sum
    return xp.sum(x, axis=axis, keepdims=keepdims)


def counted(x: Array, axis: Any) -> int:
    """How many numbers a reduction of `x` over `axis` makes one of."""
    axes = range(x.ndim) if axis is None or not x.ndim else normalize_axis_tuple(axis, x.ndim)
    return prod(x.shape[i] for i in axes)


@primitive(
    lambda g, out, x, axis=None, keepdims=False: broadcast_to(
        expanded(g * (1 / counted(x, axis)), x, axis, keepdims), shape=x.shape
    )
)
def mean(xp, x, axis=None, keepdims=False):
    """The mean over `axis` (an int, a tuple, or None for all); raises ShapeMismatch where that is of no numbers."""
    count = counted(x, axis)
    if not count:
        raise ShapeMismatch(f"x of shape {x.shape} has no numbers over axis {axis}, and so no mean")
    return xp.sum(real(xp, x) if x.dtype.kind == "f" else x, axis=axis, keepdims=keepdims) / count


@primitive(lambda g, out, x, dtype: g)
def cast(xp, x, dtype):
    """`x` in another floating-point format."""
    return x.astype(dtype)


@primitive(lambda g, out, x, shape: sum_to(g, x.shape))
def broadcast_to(xp, x, shape):
    """`x` repeated along new and length-1 axes up to `shape`."""
    return xp.broadcast_to(x, shape)


@primitive(lambda g, out, x, shape: reshape(g, shape=x.shape))
def reshape(xp, x, shape):
    """`x` with another shape of the same size; one entry may be -1."""
    return xp.reshape(x, shape)


def _inverse(axes: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The order of axes that undoes `axes`."""
    return None if axes is None else tuple(map(int, np.argsort([a % len(axes) for a in axes])))


@primitive(lambda g, out, x, axes=None: transpose(g, axes=_inverse(axes)))
def transpose(xp, x, axes=None):
    """`x` with its axes in the order `axes`; reversed by default."""
    return xp.transpose(x, axes)


def _product_x(g, out, x, y, turn_x=False, turn_y=False, into=None):
    turned = {"turn_x": turn_y, "turn_y": True}
    return sum_to(matrix_product(y, g, **turned) if turn_x else matrix_product(g, y, turn_y=not turn_y), x.shape)


def _product_y(g, out, x, y, turn_x=False, turn_y=False, into=None):
    turned = {"turn_x": True, "turn_y": turn_x}
    return sum_to(matrix_product(g, x, **turned) if turn_y else matrix_product(x, g, turn_x=not turn_x), y.shape)


@primitive(_product_x, _product_y)
def matrix_product(xp, x, y, turn_x=False, turn_y=False, into=None):
    """(..., n, k) times (..., k, m): (..., n, m), leading axes broadcast.

    turn_x, turn_y: take each matrix of x, of y, transposed; so the gradients are products too, and nothing is moved.
    into: a bare array to write the result to.
    """
    x, y = x.swapaxes(-1, -2) if turn_x else x, y.swapaxes(-1, -2) if turn_y else y
    if x.shape[-1] != y.shape[-2]:
        raise ShapeMismatch(f"x has {x.shape[-1]} columns, {x.shape}, but y has {y.shape[-2]} rows, {y.shape}")
    if x.shape[-1] == 1:
        return xp.multiply(x, y, out=into)  # an outer product: a tenth of matmul's time
    return xp.matmul(x, y, out=into)


def product(xp: Any, x: Any, y: Any, into: Any = None) -> Any:
    """x @ y inside another primitive's forward, written to `into` if given.

    So every matrix product of the package goes through the forward of `matrix_product`, where it can be timed.
    """
    return matrix_product.forward(xp, x, y, into=into)  # type: ignore[attr-defined]


def matmul(x: Array, y: Array) -> Array:
    """The matrix product; a 1-D argument is a row on the left, a column on the right.

    >>> matmul(np.array([[1.0, 2.0]]), np.array([3.0, 4.0]))
    array([11.])
    """
    x, y = without_lists((x, y), 2)
    if not (getattr(x, "ndim", 0) and getattr(y, "ndim", 0)):
        raise ShapeMismatch("matmul: a number has no rows and no columns; multiply by it with *")
    if x.ndim == 1:
        return (
            matmul(reshape(x, shape=(1, -1)), y)[..., 0]
            if y.ndim == 1
            else matmul(reshape(x, shape=(1, -1)), y)[..., 0, :]
        )
    if y.ndim == 1:
        return matrix_product(x, reshape(y, shape=(-1, 1)))[..., 0]
    return matrix_product(x, y)


@primitive(lambda g, out, x, index: scatter(g, index=index, shape=x.shape))
def getitem(xp, x, index):
    """x[index], with slices, integers and raw integer or boolean arrays."""
    return x[on_device(xp, index, x.shape)]


@primitive(lambda g, out, x, index, shape: getitem(g, index=index))
def scatter(xp, x, index, shape):
    """Zeros of `shape` with `x` added at `index`: the adjoint of x[index]."""
    out = xp.zeros(shape, x.dtype)
    index = on_device(xp, index, shape)
    if all(
        isinstance(i, (int, slice, type(None), type(Ellipsis)))
        for i in (index if isinstance(index, tuple) else (index,))
    ):
        out[index] = x
    else:
        xp.add.at(out, index, x)  # an entry that was taken twice gets both cotangents
    return out
