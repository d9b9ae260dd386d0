"""Timing of contestants in turns, after a check that all compute the same losses.

The speed of a machine drifts, so only ratios within one round can be compared. Every round runs each contestant once,
in an order that is reversed each time; the result is the median of the rounds' ratios.
"""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tinygan.bench.contestants import CONTESTANTS, OURS
from tinygan.bench.process import Process, Round, process
from tinygan.bench.workloads import AGREEMENT, Agreement
from tinygan.errors import BenchError

SECONDS = 0.3  # of one contestant's turn
PAUSE = 0.05  # seconds: OpenBLAS's idle threads spin for about 0.03, on cores that the next contestant needs


class Runner(Protocol):
    """An object that can run n iterations: a Process, or a stand-in in tests."""

    def run(self, n: int) -> Round:
        """n iterations."""


@dataclass
class Measured:
    """The measurements of all contestants on one workload; ours is one of them."""

    workload: str
    seconds: dict[str, list[float]]  # by contestant: of one iteration, in each round
    differences: dict[str, float]  # by peer: the largest difference of a loss from ours, relative to max(1, |loss|)
    memory: dict[str, dict[str, int]] = field(default_factory=dict)  # by contestant: peak and growth, in bytes
    flops: int = 0  # in the matrix products of one iteration of ours
    share: float = 0.0  # of its seconds in those products

    def ratios(self, peer: str) -> list[float]:
        """Our seconds over the peer's, in each round."""
        return [a / b for a, b in zip(self.seconds[OURS], self.seconds[peer], strict=True)]


def compare(
    workload: str, peers: list[str], *, rounds: int, threads: int, backend: str = "numpy", **settings: Any
) -> Measured:
    """The measurements of ours and of `peers` on `workload`. Raises BenchError if a peer has other losses."""
    with contextlib.ExitStack() as stack:
        runners: dict[str, Process] = {}
        for name in (OURS, *peers):
            started = process(name, CONTESTANTS[name].target, [workload, {}, backend], threads)
            runners[name] = stack.enter_context(started)
        differences = agree(workload, runners)
        found = Measured(workload, race(runners, rounds), differences)
        found.memory = {name: runner.ask("memory") for name, runner in runners.items()}
        products = runners[OURS].ask("products", 3)
    found.flops, found.share = products["flops"], products["share"]
    return found


def agree(workload: str, runners: Mapping[str, Runner]) -> dict[str, float]:
    """The largest difference of each peer's losses from ours, relative to max(1, |loss|).

    Contestants without losses are left out. Raises BenchError if a difference is too large.
    """
    iterations, tolerance = AGREEMENT.get(workload, Agreement())
    losses = {name: runner.run(iterations).losses for name, runner in runners.items()}
    differences = {}
    for name in losses:
        if name == OURS or not losses[name][0]:
            continue
        differences[name] = 0.0
        for i, (ours, theirs) in enumerate(zip(losses[OURS], losses[name], strict=True), 1):
            for a, b in zip(ours, theirs, strict=True):
                difference = abs(a - b) / max(1.0, abs(b))
                if not difference <= tolerance:  # also true if one of them is nan
                    raise BenchError(
                        f"{workload}: in iteration {i} tinygan's loss is {a:.6g} and that of {name} {b:.6g}: "
                        "they do not compute the same, and nothing was timed"
                    )
                differences[name] = max(differences[name], difference)
    return differences


def race(
    runners: Mapping[str, Runner], rounds: int, *, seconds: float = SECONDS, pause: float = PAUSE
) -> dict[str, list[float]]:
    """The seconds of one iteration of each contestant in each of `rounds`.

    seconds: the approximate length of a turn.   pause: seconds between turns.
    """
    turns = {}
    for name, runner in runners.items():
        time.sleep(pause)
        turns[name] = max(1, round(seconds / (runner.run(2).seconds / 2)))
    times: dict[str, list[float]] = {name: [] for name in runners}
    for i in range(rounds):
        for name in list(runners) if i % 2 else reversed(list(runners)):
            time.sleep(pause)
            times[name].append(runners[name].run(turns[name]).seconds / turns[name])
    return times
