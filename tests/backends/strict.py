"""A stand-in for CuPy on a machine without a GPU: NumPy's results, CuPy's refusals.

    from tests.backends.strict import backend, strict
    x = backend().asarray(numpy_array)      # tinygan.backend.namespace(x) is strict

It has the names and keywords of CuPy 14.2.0 that NumPy has too, which is what code that runs on both can use. The list,
cupy_api.json, was read with inspect from the wheel cupy-cuda12x 14.2.0 by read_cupy_api.py; the behaviour follows the
sources. Where CuPy lets NumPy in by a back door (`cupy.sum(numpy_array)`, `numpy.exp(cupy_array)`), it refuses.
"""

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.backends.strict_array import (
    API,
    FROM_HOST,
    StrictArray,
    checked,
    counted,
    launched,
    operand,
    quietly,
    result,
    waits,
    without_waiting,
    wrapped,
)
from tinygan.backend import Backend, register

__all__ = ["StrictArray", "backend", "counted", "strict", "without_waiting"]


class Ufunc:
    """NumPy's ufunc with the abilities of CuPy's; `scatters` are the dtypes that its `at` knows."""

    def __init__(self, name: str, function: Any, scatters: str):
        self.name, self.function, self.scatters = name, function, scatters

    def __call__(self, *args: Any, out: Any = None, **keywords: Any) -> Any:
        if not keywords.keys() <= {"dtype", "casting"}:
            raise TypeError(f"Wrong arguments {keywords}")
        if out is not None:
            keywords["out"] = tuple(map(operand, out)) if isinstance(out, tuple) else operand(out)
        value = result(quietly(self.name, self.function, *map(operand, args), **keywords))
        return value if out is None else out

    def at(self, a: StrictArray, indices: Any, b: Any = None) -> None:
        """For the ufuncs and dtypes that have an atomic operation."""
        if not self.scatters:
            raise NotImplementedError(f"`{self.name}.at` is not supported yet")
        if a.dtype.char not in self.scatters:
            raise TypeError(f"`{self.name}.at` does not support {a.dtype}")
        launched(f"{self.name}.at")
        self.function.at(a._data, wrapped(indices, a._data), operand(b))

    def reduce(self, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        if self.name not in ("add", "multiply"):
            raise NotImplementedError(f"`{self.name}.reduce` is not supported yet")
        return (array.sum if self.name == "add" else array.prod)(axis, dtype, out, keepdims)


class Namespace(SimpleNamespace):
    """A module without a file."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{self.__name__}.{name} is not in both CuPy {API['version']} and NumPy")


class Device:
    """cupy.cuda.Device, as far as Backend.synchronize needs it."""

    def synchronize(self) -> None:
        waits()


def from_host(function: Callable) -> Callable:
    """array, asarray, asanyarray never share memory with the host."""

    def call(value: Any, *args: Any, **keywords: Any) -> StrictArray:
        made = function(value, *args, **keywords)
        if not isinstance(value, StrictArray):
            return StrictArray(made._data.copy())
        return value if made._data is value._data else made

    return call


def asnumpy(a: Any, stream: None = None, order: Any = "C", out: Any = None, *, blocking: bool = True) -> np.ndarray:
    return a.get(stream, order, out, blocking) if isinstance(a, StrictArray) else np.asarray(a)


def take_along_axis(a: np.ndarray, indices: np.ndarray, axis: int | None) -> np.ndarray:
    return np.take_along_axis(a, indices % (a.size if axis is None else a.shape[axis]), axis)


def sliding_window_view(x: np.ndarray, window_shape: Any, axis: Any = None, **keywords: Any) -> np.ndarray:
    """CuPy puts the window's shape on the device, and asks there whether it is negative."""
    waits()
    return np.lib.stride_tricks.sliding_window_view(x, window_shape, axis, **keywords)


def made_from_api() -> Namespace:
    """What cupy_api.json lists, as far as NumPy has it."""
    made = Namespace(__name__="strict", ndarray=StrictArray, asnumpy=asnumpy)
    made.cuda = Namespace(__name__="strict.cuda", is_available=lambda: True, Device=Device)
    made.linalg = Namespace(__name__="strict.linalg", LinAlgError=np.linalg.LinAlgError)
    made.lib = Namespace(__name__="strict.lib", stride_tricks=Namespace(__name__="strict.lib.stride_tricks"))
    for name in API["same_as_numpy"]:
        setattr(made, name, getattr(np, name))
    for name, scatters in API["ufuncs"].items():
        setattr(made, name, Ufunc(name, getattr(np, name), scatters))
    own = {  # where CuPy does something else than NumPy
        "take": functools.partial(np.take, mode="wrap"),
        "take_along_axis": take_along_axis,
        "lib.stride_tricks.sliding_window_view": sliding_window_view,
    }
    for path, parameters in API["functions"].items():
        *parents, name = path.split(".")
        home, twin = (functools.reduce(getattr, parents, root) for root in (made, np))
        if hasattr(twin, name):
            function = checked(name, parameters, own.get(path) or getattr(twin, name))
            setattr(home, name, from_host(function) if name in FROM_HOST else function)
    return made


strict = made_from_api()
register(StrictArray, strict)


def backend() -> Backend:
    """The backend whose arrays are StrictArrays."""
    return Backend("strict", strict)
