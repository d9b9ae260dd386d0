"""The contestants that run the workloads: this package, its peers, and its floor; each file is imported where it runs.

The target 'module:function' of an entry is a function(workload, settings, backend) that returns a Contestant.
"""

import importlib.util
from collections.abc import Callable
from typing import Any, NamedTuple

from tinygan.errors import BenchError

OURS = "tinygan"


class Contestant(NamedTuple):
    """An implementation of one workload.

    iterate: runs an iteration and returns its losses, which a device may still compute.   settle: waits for the device.
    """

    iterate: Callable[[], tuple[Any, ...]]
    settle: Callable[[], Any] = lambda: None


class Entry(NamedTuple):
    """A contestant's target, the package it needs, and its description."""

    target: str
    needs: str | None
    description: str


_HERE = "tinygan.bench.contestants"
CONTESTANTS = {
    OURS: Entry(f"{_HERE}.ours:ours", None, "this package"),
    "torch": Entry(f"{_HERE}.pytorch:idiomatic", "torch", "PyTorch eager, in the style of its tutorials"),
    "torch-tuned": Entry(f"{_HERE}.pytorch:tuned", "torch", "PyTorch eager, with what its tuning guide knows"),
    "jax": Entry(f"{_HERE}.jaxjit:jitted", "jax", "JAX, the whole iteration as one compiled function"),
    "wgan": Entry(f"{_HERE}.wgan:wgan", None, "our critic step without the gradient penalty of WGAN-GP"),
    "floor": Entry(f"{_HERE}.floor:floor", None, "the matrix products of our iteration, and nothing else"),
}
PEERS = [name for name in CONTESTANTS if name != OURS]


def installed(name: str) -> bool:
    """Whether the package that the contestant called `name` needs is installed, without an import of it."""
    needs = CONTESTANTS[name].needs
    return needs is None or importlib.util.find_spec(needs) is not None


def require(name: str) -> None:
    """Raises BenchError, with what to install, if the package of the contestant called `name` is missing."""
    if not installed(name):
        raise BenchError(f"contestant {name!r} needs {CONTESTANTS[name].needs}; install it by: pip install '.[bench]'")
