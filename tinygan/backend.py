"""NumPy or CuPy: the only file that imports CuPy.

Functions compute with the array module of their arguments, `namespace(x)`. New arrays are made by a `Backend`, which is
chosen once, by the caller. There is no global current backend.
"""

import sys
from typing import Any

import numpy as np

from tinygan.errors import BackendError, DeviceMismatch
from tinygan.machine import keep_freed_memory

_MODULES: dict[type, Any] = {np.ndarray: np}  # array type -> the module whose functions take it


def register(array_type: type, module: Any) -> None:
    """Register `module` as the array module of `array_type`; `namespace` then returns it."""
    _MODULES[array_type] = module


def namespace(*arrays: Any) -> Any:
    """The array module, NumPy or CuPy, of all `arrays`. Numbers fit either; without any array it is NumPy.

    Raises DeviceMismatch if arrays of two modules are mixed, or if an argument is neither an array nor a number.

    >>> namespace(np.ones(3), 2.0).__name__
    'numpy'
    """
    common = None
    for array in arrays:
        module = _MODULES.get(type(array)) or _unregistered_module(array)
        if module is not common and module is not None:
            if common is not None:
                raise DeviceMismatch(
                    f"arrays of {common.__name__} and of {module.__name__} in one call; "
                    "move one with Backend.asarray or to_host"
                )
            common = module
    return common or np


def _unregistered_module(array: Any) -> Any:
    """The module of an array of an unregistered type; None for a number, a list, an index or None."""
    if isinstance(array, np.ndarray):
        return np
    if array is None or isinstance(array, (int, float, np.generic, list, tuple, slice, type(Ellipsis))):
        return None
    cupy = sys.modules.get("cupy")
    if cupy is not None and isinstance(array, cupy.ndarray):
        register(type(array), cupy)
        return cupy
    raise DeviceMismatch(f"expected an array, a Tensor or a number, got {type(array).__name__}")


def to_host(array: Any) -> Any:
    """`array` as a NumPy array, the same memory if it is one already; waits for a GPU."""
    module = namespace(array)
    return np.asarray(array) if module is np else module.asnumpy(array)


class Backend:
    """A device: it makes new arrays and moves arrays to and from the host."""

    def __init__(self, name: str, module: Any):
        self.name = name
        self.module = module

    def __repr__(self) -> str:
        return f"Backend({self.name!r})"

    def asarray(self, host: Any, dtype: Any = None) -> Any:
        """`host` (a NumPy array or a list) on this backend's device; on the CPU the same memory."""
        return self.module.asarray(host, dtype=dtype)

    to_host = staticmethod(to_host)

    def synchronize(self) -> None:
        """Wait until the device has finished all queued work; returns at once on the CPU."""
        if self.module is not np:
            self.module.cuda.Device().synchronize()


numpy_backend = Backend("numpy", np)


def backend(name: str = "auto") -> Backend:
    """The backend called `name`: 'numpy', 'cupy', or 'auto' (CuPy if there is a GPU, else NumPy).

    Raises BackendError for another name, and for 'cupy' if CuPy or a GPU is missing.

    >>> backend("numpy")
    Backend('numpy')
    """
    if name == "numpy":
        return numpy_backend
    if name not in ("cupy", "auto"):
        raise BackendError(f"no backend {name!r}; choose numpy, cupy or auto")
    cupy = _working_cupy()
    if cupy is not None:
        return Backend("cupy", cupy)
    if name == "auto":
        return numpy_backend
    raise BackendError(
        "backend 'cupy' needs an NVIDIA GPU and the extra tinygan[cuda12] or tinygan[cuda13]; "
        "use --backend numpy to run on the CPU"
    )


def _working_cupy() -> Any:
    """CuPy, if it is installed and there is a GPU; else None."""
    try:
        import cupy
    except ImportError:
        return None
    return cupy if cupy.cuda.is_available() else None


keep_freed_memory()
