"""The numbers of a run, one line of JSON every few iterations: nothing that two equal runs would not share."""

import json
from math import isfinite
from pathlib import Path
from typing import Any

from tinygan import disk
from tinygan.autograd import raw
from tinygan.errors import Diverged
from tinygan.nn import frozen
from tinygan.objectives import Turn
from tinygan.observers import told
from tinygan.training import Step

LOSS = "loss/"  # before a player's name


class History:
    """Appends to `path` every `every` iterations; `latest` is the last record.

    A record: iteration; loss/<player> for each player, loss/D say, its last loss, from before its update; and what was
    `measured` after the iteration's last update.
    Records beyond `iteration`, where the run stands, are removed. Lines that are no records go to a file beside it,
    whose name ends in .unreadable, and that is said.
    Raises Diverged when a number of a record is not finite, RunError if nothing can be appended to the file.
    """

    def __init__(self, path: disk.AnyPath, every: int, iteration: int = 0):
        self.path, self.every = Path(path), every
        self.latest: dict[str, Any] = {}
        self.losses: dict[str, Any] = {}  # by player, since the last record
        records, unreadable = _sorted_out(self.path)
        if unreadable:
            aside = self.path.with_name(f"{self.path.name}.unreadable")
            before = disk.read(aside) if aside.exists() else b""
            with disk.atomic(aside) as file:
                file.write(before + b"".join(line + b"\n" for line in unreadable))
            told(f"{self.path}: {len(unreadable)} of its lines are no records of a run; they are kept in {aside}")
        kept = "".join(json.dumps(record) + "\n" for record in records if record["iteration"] <= iteration)
        if not self.path.exists() or self.path.read_bytes() != kept.encode():
            with disk.atomic(self.path, "w") as file:
                file.write(kept)
        disk.append(self.path, "")  # now, and not after an hour of work

    def __call__(self, step: Step) -> None:
        self.losses[step.player] = raw(step.loss)
        if step.iteration % self.every or not step.last:
            return
        losses = {f"{LOSS}{player}": float(loss) for player, loss in self.losses.items()}
        self.latest = {"iteration": step.iteration, **losses, **measured(step)}
        self.losses = {}
        for name, value in self.latest.items():
            if not isfinite(value):
                raise Diverged(
                    f"{name} is {value} at iteration {step.iteration}: the run has diverged; try a lower learning rate"
                )
        disk.append(self.path, json.dumps(self.latest) + "\n")

    def close(self) -> None:
        """Every record is on disk already."""


def measured(step: Step) -> dict[str, float]:
    """What the objective measures of the players as they are now, on the last minibatches."""
    turn = Turn("", frozen(step.D), frozen(step.G), step.x, step.z)
    return {name: float(raw(value)) for name, value in step.objective.measures(turn).items()}


def read(path: disk.AnyPath) -> list[dict[str, Any]]:
    """The records of a history file, without the lines that are none."""
    return _sorted_out(Path(path))[0]


def _sorted_out(path: Path) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The records in the file at `path`, if it is there, and the lines that are none.

    A record has a loss at least. The iterations of records go up from 1 on, and their numbers are finite.
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
                if isinstance(value, bool) or not isfinite(value):  # or none, or one too large to be drawn
                    raise ValueError
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
            others.append(line)
        else:
            records.append(record)
    return records, others
