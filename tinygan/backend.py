"""NumPy or CuPy: the only file that knows CuPy's name.

Computation follows the data: `namespace(x)` is the array module that x belongs to. Creation asks a `Backend`, chosen
once, at the edge. No backend is current anywhere in between.
"""

import sys
from typing import Any

import numpy as np

from tinygan.errors import BackendError, DeviceMismatch
from tinygan.machine import keep_freed_memory

_MODULES: dict[type, Any] = {np.ndarray: np}  # array type -> the module whose functions take it


def register(array_type: type, module: Any) -> None:
    """Make `namespace` answer `module` for arrays of `array_type`."""
    _MODULES[array_type] = module


def namespace(*arrays: Any) -> Any:
    """The one array module that all `arrays` belong to; numbers belong to any, and alone to NumPy.

    Raises DeviceMismatch where two modules meet, or for what is neither an array nor a number.

    >>> namespace(np.ones(3), 2.0).__name__
    'numpy'
    """
    found = None
    for array in arrays:
        module = _MODULES.get(type(array)) or _recognised(array)
        if module is not found and module is not None:
            if found is not None:
                raise DeviceMismatch(
                    f"arrays of {found.__name__} and of {module.__name__} in one call; "
                    "move one with Backend.asarray or to_host"
                )
            found = module
    return found or np


def _recognised(array: Any) -> Any:
    """The module of an array type not met before; None for a number, a list of numbers, or a setting left out."""
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
    """Where new arrays are made, and how they come and go."""

    def __init__(self, name: str, module: Any):
        self.name = name
        self.module = module

    def __repr__(self) -> str:
        return f"Backend({self.name!r})"

    def asarray(self, host: Any, dtype: Any = None) -> Any:
        """`host` (a NumPy array or a list) on this backend's device; on the CPU the same memory."""
        return self.module.asarray(host, dtype=dtype)

    def to_host(self, array: Any) -> Any:
        """`array` as a NumPy array, the same memory if it is one already; waits for a GPU."""
        return to_host(array)

    def synchronize(self) -> None:
        """Wait until the device has done all it was given; at once on the CPU."""
        if self.module is not np:
            self.module.cuda.Device().synchronize()


numpy_backend = Backend("numpy", np)


def backend(name: str = "auto") -> Backend:
    """The backend called `name`: 'numpy', 'cupy', or 'auto' (CuPy where a GPU answers, else NumPy).

    Raises BackendError for another name, and for 'cupy' without a GPU or without CuPy.

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
    """CuPy, if it is installed and finds a GPU; else None."""
    try:
        import cupy
    except ImportError:
        return None
    return cupy if cupy.cuda.is_available() else None


keep_freed_memory()
