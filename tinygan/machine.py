"""Properties of the machine that NumPy runs on: CPU cores, threads of matrix products, and reuse of freed memory."""

import ctypes
import os
import sys

THREADS = "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"  # read when NumPy is imported


def cores() -> int:
    """The number of CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads() -> int:
    """The number of threads of NumPy's matrix products. The last bits of a product depend on it."""
    for variable in THREADS:
        if os.environ.get(variable, "").isdigit():
            return int(os.environ[variable])
    return cores()


def share_cores(alone: bool) -> None:
    """Gives each process that mpiexec started on this machine an equal share of the cores, before NumPy is imported.

    alone: each does tasks of its own, on one thread, as the bits of a result depend on it. Variables that are set stay.
    """
    processes = os.environ.get("MPI_LOCALNRANKS") or os.environ.get("OMPI_COMM_WORLD_LOCAL_SIZE") or "1"
    if int(processes) > 1 and not any(variable in os.environ for variable in THREADS):
        os.environ["OMP_NUM_THREADS"] = str(1 if alone else max(1, cores() // int(processes)))


def keep_freed_memory() -> None:
    """Have glibc keep large freed blocks for reuse instead of returning them to the system.

    Otherwise each new temporary of 40 MB costs its page faults again (docs/performance.md).
    Does nothing with other C libraries, or if the environment sets TINYGAN_KEEP_MEMORY=0.
    """
    if not sys.platform.startswith("linux") or os.environ.get("TINYGAN_KEEP_MEMORY") == "0":
        return
    mmap_threshold, trim_threshold = -3, -1  # M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(mmap_threshold, 1 << 30)
        mallopt(trim_threshold, (1 << 31) - 1)
