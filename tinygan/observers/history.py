"""The history of a run: one line of JSON every few iterations, the same bytes for two equal runs."""

import json
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

from tinygan import disk
from tinygan.autograd import raw
from tinygan.drawing.curves import LOSS
from tinygan.errors import Diverged
from tinygan.nn import evaluated, frozen
from tinygan.objectives import Turn
from tinygan.observers import warn
from tinygan.training import Step

More = Callable[[int], dict[str, float]]


class History:
    """Appends a record to the file `path` every `every` iterations; `latest` is the last one.

    A record holds: iteration; loss/<player> for each player, its last loss, from before its update; and the objective's
    measures after the iteration's last update.
    iteration: the current iteration of the run; later records are removed.   more: a function of the iteration, to more
    numbers of its record. Lines that are no records are moved to a
    file beside it, whose name ends in .unreadable, with a warning.
    Raises Diverged if a number of a record is not finite, RunError if the file cannot be appended to.
    """

    def __init__(self, path: disk.AnyPath, every: int, iteration: int = 0, more: More = lambda iteration: {}):
        self.path, self.every, self.more = Path(path), every, more
        self.latest: dict[str, Any] = {}
        self.losses: dict[str, Any] = {}  # by player, since the last record
        records, unreadable = _sorted_out(self.path)
        if unreadable:
            aside = self.path.with_name(f"{self.path.name}.unreadable")
            before = disk.read(aside) if aside.exists() else b""
            with disk.atomic(aside) as file:
                file.write(before + b"".join(line + b"\n" for line in unreadable))
            warn(f"{self.path}: {len(unreadable)} of its lines are no records of a run; they are kept in {aside}")
        kept = "".join(json.dumps(record) + "\n" for record in records if record["iteration"] <= iteration)
        if not self.path.exists() or self.path.read_bytes() != kept.encode():
            with disk.atomic(self.path, "w") as file:
                file.write(kept)
        disk.append(self.path, "")  # fails now, not after an hour of work

    def __call__(self, step: Step) -> None:
        self.losses[step.player] = raw(step.loss)
        if step.iteration % self.every or not step.last:
            return
        losses = {f"{LOSS}{player}": float(loss) for player, loss in self.losses.items()}
        self.latest = {"iteration": step.iteration, **losses, **measured(step), **self.more(step.iteration)}
        self.losses = {}
        for name, value in self.latest.items():
            if not isfinite(value):
                raise Diverged(
                    f"{name} is {value} at iteration {step.iteration}: the run has diverged; try a lower learning rate"
                )
        disk.append(self.path, json.dumps(self.latest) + "\n")

    def close(self) -> None:
        """Does nothing: every record is on disk already."""


def measured(step: Step) -> dict[str, float]:
    """The objective's measures of the current players on the last minibatches, by name.

    Among them d_real and d_fake are D's mean outputs on x and on G(z).
    """
    D, G = evaluated(frozen(step.D)), evaluated(frozen(step.G))  # measures draw no random number of training
    turn = Turn("", D, G, step.x, step.z)
    return {name: float(value) for name, value in step.objective.measures(turn).items()}


def read(path: disk.AnyPath) -> list[dict[str, Any]]:
    """The records of a history file; lines that are no records are left out."""
    return _sorted_out(Path(path))[0]


def _sorted_out(path: Path) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The records in the file at `path`, if it exists, and its lines that are no records.

    A record has an iteration, at least one loss, and finite numbers only. Iterations increase from 1 on.
    """
    records: list[dict[str, Any]] = []
    others = []
    for line in disk.read(path).splitlines() if path.exists() else []:
        try:
            record = json.loads(line)
            if type(record["iteration"]) is not int or not any(name.startswith(LOSS) for name in record):
                raise ValueError
            if record["iteration"] <= (records[-1]["iteration"] if records else 0):
                raise ValueError
            for value in record.values():
                if isinstance(value, bool) or not isfinite(value):  # a TypeError if it is no number
                    raise ValueError
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
            others.append(line)
        else:
            records.append(record)
    return records, others
