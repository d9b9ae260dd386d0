"""Who runs the workloads: this package, its peers, and the floor under it; a file for each, loaded only where it runs.

An entry 'module:function' names a function(workload, settings, backend) that returns a Contestant.
"""

import importlib.util
from collections.abc import Callable
from typing import Any, NamedTuple

from tinygan.errors import BenchError

OURS = "tinygan"


class Contestant(NamedTuple):
    """Something that can do one iteration after another.

    iterate: does one and returns its losses, which may still be on their way.   settle: waits for all that was begun.
    """

    iterate: Callable[[], tuple[Any, ...]]
    settle: Callable[[], Any] = lambda: None


class Entry(NamedTuple):
    """Where a contestant is made, the package it needs, and what it is."""

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
    """Whether the package that the contestant called `name` needs is there; nothing is imported to find out."""
    needs = CONTESTANTS[name].needs
    return needs is None or importlib.util.find_spec(needs) is not None


def require(name: str) -> None:
    """Raises BenchError, with what to install, unless the contestant called `name` can run."""
    if not installed(name):
        raise BenchError(f"contestant {name!r} needs {CONTESTANTS[name].needs}; install it by: pip install '.[bench]'")
