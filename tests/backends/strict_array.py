"""StrictArray, the array of the stand-in for CuPy: what may pass between it and NumPy, and how."""

import contextlib
import inspect
import json
import operator
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

API = json.loads(Path(__file__).with_name("cupy_api.json").read_text(encoding="utf-8"))

FROM_HOST = {"array", "asarray", "asanyarray"}  # the functions that take NumPy arrays
# Parameters, by name, that take only arrays, no numbers and no lists; and the functions where they take more.
NEEDS_ARRAY = {"a", "b", "arr", "ary", "array", "args", "condition", "dst", "prototype", "tup"}
TAKES_MORE = FROM_HOST | {"allclose", "broadcast_arrays", "isclose", "ndim", "shape"}
# Parameters, by name, that take no arrays.
COUNTS = {"axis", "axes", "axis1", "axis2", "shape", "newshape", "source", "destination", "num", "N", "M", "k", "n"}
ZERO_D = {"allclose", "array_equal", "array_equiv", "count_nonzero"}  # Python values in NumPy, 0-d arrays in CuPy
LAUNCH_NOTHING = FROM_HOST | {"empty", "empty_like"}  # memory, and copies from the host
WAITS = {"item", "tolist", "tobytes", "nonzero"}  # methods whose result the host has to wait for

UNARY = ["neg", "pos", "abs", "invert"]
COMPARISONS = ["lt", "le", "eq", "ne", "gt", "ge"]
IN_PLACE = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor"]
CONVERSIONS = {"float": float, "int": int, "complex": complex, "bool": bool, "str": str, "repr": repr}
ATTRIBUTES = ["T", "mT", "dtype", "imag", "itemsize", "nbytes", "ndim", "real", "shape", "size", "strides"]
FLAGS = ["c_contiguous", "f_contiguous", "forc", "owndata"]


class StrictArray:
    """An array on the imaginary device: a NumPy array that only `strict` and its own methods may touch."""

    __slots__ = ("_data",)
    __array_ufunc__ = None  # sends numpy_array * strict_array to __rmul__, which refuses it
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, data: np.ndarray):
        self._data = data

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()` instead.")

    def __array_function__(self, function: Any, types: Any, args: Any, keywords: Any) -> Any:
        raise TypeError(f"numpy.{function.__name__} was given a StrictArray; call the function of its own module")

    def get(self, stream: None = None, order: Any = "C", out: Any = None, blocking: bool = True) -> np.ndarray:
        """A copy on the host."""
        waits()
        if out is None:
            return self._data.copy(order)
        out[...] = self._data
        return out

    def __getitem__(self, index: Any) -> "StrictArray":
        found = self._data[wrapped(index, self._data)]
        if _is_fresh(found):
            launched("getitem")
        return StrictArray(found)

    def __setitem__(self, index: Any, value: Any) -> None:
        launched("setitem")
        self._data[wrapped(index, self._data)] = operand(value)

    def __iter__(self) -> Iterator["StrictArray"]:
        if self._data.ndim == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __len__(self) -> int:
        return len(self._data)

    def __copy__(self) -> "StrictArray":
        return StrictArray(self._data.copy())

    def __format__(self, spec: str) -> str:
        return format(self.get(), spec)

    @property
    def flags(self) -> SimpleNamespace:
        return SimpleNamespace(**{flag: getattr(self._data.flags, flag) for flag in FLAGS})


_waiting_allowed = True


@contextlib.contextmanager
def without_waiting() -> Iterator[None]:
    """Inside, what makes the host wait for the device (float, bool, item, to_host, a mask as index) fails the test."""
    global _waiting_allowed
    before, _waiting_allowed = _waiting_allowed, False
    try:
        yield
    finally:
        _waiting_allowed = before


def waits() -> None:
    """Called wherever a GPU would be waited for."""
    if not _waiting_allowed:
        raise AssertionError("this makes the host wait for the device")


_launches: list[Counter[str]] = []  # of the blocks that count


@contextlib.contextmanager
def counted() -> Iterator[Counter[str]]:
    """Inside, the operations that would launch a kernel are counted by name: all that do not just give a view.

    >>> a = StrictArray(np.ones((2, 3)))
    >>> with counted() as launches:
    ...     a += a * a.T.T
    >>> launches
    Counter({'mul': 1, 'iadd': 1})
    """
    launches: Counter[str] = Counter()
    _launches.append(launches)
    try:
        yield launches
    finally:
        _launches.remove(launches)


def launched(name: str) -> None:
    """Called wherever a GPU would run a kernel."""
    for launches in _launches:
        launches[name] += 1


def operand(value: Any) -> Any:
    """For NumPy, what elementwise operations take: a StrictArray or a number."""
    if isinstance(value, StrictArray):
        return value._data
    if isinstance(value, (int, float, complex, np.generic)):
        return value
    raise TypeError(f"Unsupported type {type(value)}")


def argument(name: str, value: Any, host: bool = False) -> Any:
    """For NumPy, what functions take as their parameter `name`: anything but an array that is on the host."""
    if isinstance(value, StrictArray):
        return value if name in COUNTS else value._data  # NumPy finds no __index__: no array is an axis or a shape
    if isinstance(value, np.ndarray) and not host:
        raise TypeError(f"Unsupported type {type(value)} as {name!r}")
    return type(value)(argument(name, v, host) for v in value) if isinstance(value, (list, tuple)) else value


def result(value: Any) -> Any:
    """From NumPy: arrays, and scalars as 0-d arrays, in a list or tuple too."""
    if isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.kind not in "biufc":
            raise ValueError(f"Unsupported dtype {value.dtype}")
        return StrictArray(np.asarray(value))
    if isinstance(value, (list, tuple)):
        return (list if isinstance(value, list) else tuple)(map(result, value))
    return value


def wrapped(index: Any, data: np.ndarray) -> tuple[Any, ...]:
    """`index` as CuPy reads it: entries of an integer array wrap around, and integers alone give a 0-d view."""
    entries = list(index) if isinstance(index, tuple) else [index]
    for i, entry in enumerate(entries):
        if isinstance(entry, StrictArray):
            entries[i] = entry._data
        elif isinstance(entry, (list, tuple, bool, np.bool_)):
            array = np.asarray(argument("index", entry, host=True))
            entries[i] = array if array.size else array.astype(int)
    masks = [isinstance(entry, np.ndarray) and entry.dtype == bool for entry in entries]
    if any(masks):
        waits()  # for the number of its True entries
    if not any(entry is Ellipsis for entry in entries):
        entries, masks = [*entries, Ellipsis], [*masks, False]
    axes = [e.ndim if mask else 0 if e is None or e is Ellipsis else 1 for e, mask in zip(entries, masks, strict=True)]
    axis = 0
    for i, entry in enumerate(entries):
        if isinstance(entry, np.ndarray) and entry.dtype.kind in "iu" and axis < data.ndim:
            entries[i] = entry % max(data.shape[axis], 1)
        axis += data.ndim - sum(axes) if entry is Ellipsis else axes[i]
    return tuple(entries)


def quietly(name: str, function: Callable, *args: Any, **keywords: Any) -> Any:
    """Call it as a GPU would: no warning of an overflow or a division by zero. It is counted unless it gives a view."""
    with np.errstate(all="ignore"):
        value = function(*args, **keywords)
    given = any(value is arg for arg in args)  # astype without a copy, say
    if name not in LAUNCH_NOTHING and ((_is_fresh(value) and not given) or keywords.get("out") is not None):
        launched(name)
    return value


def _is_fresh(value: Any) -> bool:
    """Whether it is a result with memory of its own."""
    return isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.base is None)


def checked(name: str, parameters: str, function: Callable) -> Callable:
    """NumPy's `function` behind CuPy's parameter list, StrictArrays in and out."""
    signature = inspect.signature(eval(f"lambda {parameters}: None"))
    names = [p.name for p in signature.parameters.values() if p.kind is not p.KEYWORD_ONLY]

    def take(parameter: str, value: Any) -> Any:
        needs_array = parameter in NEEDS_ARRAY and name not in TAKES_MORE
        for item in value if parameter == "tup" else [value]:
            if needs_array and not isinstance(item, StrictArray):
                raise TypeError(f"{name}: {parameter!r} has to be an array of this module, not {type(item)}")
        return argument(parameter, value, host=name in FROM_HOST)

    def call(*args: Any, **keywords: Any) -> Any:
        try:
            signature.bind(*args, **keywords)
        except TypeError as error:
            raise TypeError(f"{name}() {error}") from None
        positional = [take(names[min(i, len(names) - 1)], value) for i, value in enumerate(args)]
        named = {parameter: take(parameter, v) for parameter, v in keywords.items()}
        value = quietly(name, function, *positional, **named)
        if keywords.get("out") is not None:
            return keywords["out"]
        return result(np.asarray(value) if name in ZERO_D else value)

    return call


def operation(name: str, function: Callable) -> Callable:
    """An operator; like CuPy's it leaves what has __array_ufunc__ = None, such as a Tensor, to the other's operator."""

    def call(self: StrictArray, *others: Any) -> Any:
        if any(getattr(x, "__array_ufunc__", self) is None and not isinstance(x, StrictArray) for x in others):
            return NotImplemented
        if function in (operator.eq, operator.ne) and others[0] is None:
            return result(function(self._data, None))  # no entry equals it
        return result(quietly(name, function, self._data, *map(operand, others)))

    return call


def in_place(name: str, function: Callable) -> Callable:
    """An assignment operator; it refuses a Tensor."""

    def call(self: StrictArray, other: Any) -> StrictArray:
        launched(name)
        with np.errstate(all="ignore"):
            function(self._data, operand(other))
        return self

    return call


def method(name: str, parameters: str) -> Callable:
    """NumPy's method behind the parameter list of CuPy's."""
    fixed = {"mode": "wrap"} if name == "take" else {}
    call = checked(name, f"a, {parameters}", lambda a, *args, **rest: getattr(a, name)(*args, **rest, **fixed))

    def bound(self: StrictArray, *args: Any, **keywords: Any) -> Any:
        if name in WAITS:
            waits()
        return call(self, *args, **keywords)

    return bound


def equip() -> None:
    """Give StrictArray the operators, attributes and methods of cupy.ndarray."""
    for name in UNARY + COMPARISONS:
        setattr(StrictArray, f"__{name}__", operation(name, getattr(operator, f"__{name}__")))
    for name in [*IN_PLACE, "matmul", "divmod"]:
        function = divmod if name == "divmod" else getattr(operator, f"__{name}__")
        setattr(StrictArray, f"__{name}__", operation(name, function))
        setattr(StrictArray, f"__r{name}__", operation(f"r{name}", lambda x, y, function=function: function(y, x)))
    for name in IN_PLACE:
        setattr(StrictArray, f"__i{name}__", in_place(f"i{name}", getattr(operator, f"__i{name}__")))
    for name, convert in CONVERSIONS.items():
        setattr(StrictArray, f"__{name}__", lambda self, convert=convert: convert(self.get()))
    for name in ATTRIBUTES:
        setattr(StrictArray, name, property(lambda self, name=name: result(getattr(self._data, name))))
    for name, parameters in API["methods"].items():
        if hasattr(np.ndarray, name):
            setattr(StrictArray, name, method(name, parameters))


equip()
