"""Measurements as plain values for JSON: medians with quartiles, the machine, and the versions of all packages."""

import importlib.metadata
import platform
import re
from pathlib import Path
from typing import Any

import numpy as np

from tinygan import __version__
from tinygan.bench.contestants import CONTESTANTS, OURS
from tinygan.bench.measure import Measured
from tinygan.machine import cores


def circumstances(command: str, *, threads: int, rounds: int, backend: str) -> dict[str, Any]:
    """The command, the machine, the versions and the options that a measurement depends on."""
    return {
        "command": command,
        "machine": {"processor": processor(), "architecture": platform.machine(), "cores": cores()},
        "versions": versions(),
        "threads": threads,
        "rounds": rounds,
        "backend": backend,
    }


def processor() -> str:
    """The name of the processor's model."""
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE) if cpuinfo.exists() else None
    return found[1].strip() if found else platform.processor() or platform.machine()


def where(about: dict[str, Any]) -> str:
    """The processor and the number of threads, from `circumstances`, in a few words."""
    threads = about["threads"]
    return f"{about['machine']['processor']}, {threads} thread{'' if threads == 1 else 's'}"


def versions() -> dict[str, str]:
    """The versions of Python, tinygan, NumPy, its BLAS, and every peer that is installed."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    found = {
        "python": platform.python_version(),
        "tinygan": __version__,
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
    }
    for package in sorted({entry.needs for entry in CONTESTANTS.values() if entry.needs}):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def spread(values: list[float]) -> dict[str, float]:
    """The median and the quartiles.

    >>> spread([1.0, 2.0, 3.0, 4.0, 5.0])
    {'median': 3.0, 'lower_quartile': 2.0, 'upper_quartile': 4.0}
    """
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75])
    return {"median": float(median), "lower_quartile": float(lower), "upper_quartile": float(upper)}


def record(measured: Measured) -> dict[str, Any]:
    """The measurements on one workload as plain values: its contestants, and the matrix products of our iteration."""
    contestants: dict[str, Any] = {}
    for name, seconds in measured.seconds.items():
        contestants[name] = {"seconds": spread(seconds), **measured.memory[name]}
        if name != OURS:
            contestants[name]["ours_over_it"] = spread(measured.ratios(name))
        if name in measured.differences:
            contestants[name]["largest_loss_difference"] = measured.differences[name]
    seconds = contestants[OURS]["seconds"]["median"]
    return {
        "contestants": contestants,
        "products": {
            "flops": measured.flops,
            "gflops_per_second": measured.flops / seconds / 1e9,
            "share_of_the_iteration": measured.share,
        },
    }
