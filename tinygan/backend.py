"""NumPy or CuPy: the only file that knows CuPy's name.

Computation follows the data: `namespace(x)` is the array module that x belongs to. Creation asks a `Backend`, chosen
once, at the edge. No backend is current anywhere in between.
"""

import ctypes
import os
import sys
from typing import Any

import numpy as np

from tinygan.errors import BackendError, DeviceMismatch

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


def cores() -> int:
    """How many cores of the CPU this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads() -> int:
    """How many threads NumPy's matrix products use; the last bits of a result depend on it."""
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        if os.environ.get(variable, "").isdigit():
            return int(os.environ[variable])
    return cores()


def keep_freed_memory() -> None:
    """Have glibc keep large freed blocks for reuse instead of returning them to the system.

    A fresh 40 MB temporary otherwise costs its page faults again at every operation (docs/performance.md).
    Does nothing on other C libraries, or where the environment sets TINYGAN_KEEP_MEMORY=0.
    """
    if not sys.platform.startswith("linux") or os.environ.get("TINYGAN_KEEP_MEMORY") == "0":
        return
    mmap_threshold, trim_threshold = -3, -1  # M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(mmap_threshold, 1 << 30)
        mallopt(trim_threshold, (1 << 31) - 1)


keep_freed_memory()
