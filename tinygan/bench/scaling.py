"""The growth of an iteration's cost with the batch, the width, the size of the images and the depth of the graph.

The cost is fitted by a power, seconds = constant * value ** exponent, with least squares of the logarithms.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from tinygan.autograd import Tensor, grad
from tinygan.backend import backend as find_backend
from tinygan.bench.contestants import CONTESTANTS, OURS, Contestant
from tinygan.bench.process import process

SECONDS = 2.0  # of one point, at most


class Sweep(NamedTuple):
    """A quantity that is varied, and the contestant that runs at each value, by its target and arguments."""

    name: str
    label: str
    values: tuple[int, ...]
    target: str
    arguments: Callable[[int, str], list[Any]]  # from the value and the backend's name


@dataclass
class Scaling:
    """The seconds of an iteration at each value of a sweep.

    Each is the minimum of several iterations: other work on the machine can only add time.
    """

    sweep: Sweep
    seconds: list[float] = field(default_factory=list)

    def fit(self) -> tuple[float, float]:
        """(constant, exponent) of the power that fits best."""
        return power_law(self.sweep.values, self.seconds)


def chain(depth: int, backend: str) -> Contestant:
    """A contestant that multiplies x by itself `depth` times, and differentiates through all of these nodes."""
    x = Tensor(find_backend(backend).asarray(np.ones((), np.float32)))

    def iterate() -> tuple[Any]:
        y = x
        for _ in range(depth):
            y = y * x
        return (grad(y, x),)

    return Contestant(iterate, find_backend(backend).synchronize)


def _dcgan(setting: str, **others: int) -> Callable[[int, str], list[Any]]:
    return lambda value, backend: ["dcgan-28", {setting: value, **others}, backend]


_OURS = CONTESTANTS[OURS].target
SWEEPS = (
    Sweep("batch", "examples in a minibatch", (16, 32, 64, 128, 256, 512), _OURS, _dcgan("m")),
    Sweep("width", "channels of D's first layer", (16, 32, 64, 96, 128), _OURS, _dcgan("width")),
    Sweep("size", "pixels along a side, 16 images", (16, 32, 64, 96, 128), _OURS, _dcgan("size", m=16)),
    Sweep("depth", "multiplications in a chain", (100, 1_000, 10_000, 100_000), f"{__name__}:chain", lambda *a: [*a]),
)


def power_law(values: Iterable[float], seconds: Iterable[float]) -> tuple[float, float]:
    """(constant, exponent) of the power that fits best.

    >>> constant, exponent = power_law([1, 2, 4], [3, 12, 48])
    >>> round(constant, 6), round(exponent, 6)
    (3.0, 2.0)
    """
    exponent, logarithm = np.polyfit(np.log(list(values)), np.log(list(seconds)), 1)
    return float(np.exp(logarithm)), float(exponent)


def scale(
    sweeps: Iterable[Sweep] = SWEEPS, *, rounds: int, threads: int, backend: str = "numpy"
) -> Iterator[tuple[str, Scaling]]:
    """Measures each point in a process of its own. Yields (name of the next point, its sweep so far), then ("", sweep).

    rounds: the number of timed iterations at each point; at least three, and fewer if they take longer than SECONDS.
    """
    for sweep in sweeps:
        found = Scaling(sweep)
        for value in sweep.values:
            yield f"{sweep.name} {value:,}", found
            with process(OURS, sweep.target, sweep.arguments(value, backend), threads) as ours:
                ours.run(1)  # the first iteration makes the optimizers' state
                first = ours.run(1).seconds
                more = min(rounds - 1, max(2, int(SECONDS / first)))
                found.seconds.append(min([first, *(ours.run(1).seconds for _ in range(more))]))
        yield "", found


def record(found: Scaling) -> dict[str, Any]:
    """A sweep as plain values for JSON."""
    constant, exponent = found.fit()
    return {
        "varied": found.sweep.label,
        "values": list(found.sweep.values),
        "seconds": found.seconds,
        "constant": constant,
        "exponent": exponent,
    }
