"""The machine below NumPy: cores, threads of matrix products, and memory that has been freed."""

import ctypes
import os
import sys


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
