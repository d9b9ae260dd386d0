"""The numbers of a run, one line of JSON every few iterations: nothing that two equal runs would not share."""

import json
import math
from pathlib import Path
from typing import Any

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.errors import RunError
from tinygan.nn import frozen
from tinygan.training import Step

FIELDS = ("iteration", "d_loss", "g_loss", "d_real", "d_fake")


class History:
    """Appends to `path` every `every` iterations; `latest` is the last record.

    A record: iteration; d_loss and g_loss, each before its player's update; d_real and d_fake, the mean verdict of D
    on x and on G(z), the iteration's last minibatches, after both updates; and what else the objective measures.
    Records beyond `iteration`, where the run stands, are removed.
    Raises RunError when a loss is not finite.
    """

    def __init__(self, path: Path, every: int, iteration: int = 0):
        self.path, self.every = path, every
        self.latest: dict[str, Any] = {}
        self.d_loss: Any = None
        kept = [line for line in read(path) if line["iteration"] <= iteration] if iteration else []
        path.write_text("".join(json.dumps(record) + "\n" for record in kept))

    def __call__(self, step: Step) -> None:
        if step.iteration % self.every:
            return
        if step.player == "D":
            self.d_loss = raw(step.loss)
        if not step.last:
            return
        D, fake = frozen(step.D), frozen(step.G)(step.z)
        self.latest = {
            "iteration": step.iteration,
            "d_loss": float(self.d_loss),
            "g_loss": float(step.loss),
            "d_real": float(raw(F.mean(step.objective.verdict(D, step.x)))),
            "d_fake": float(raw(F.mean(step.objective.verdict(D, fake)))),
            **{name: float(value) for name, value in step.objective.measures().items()},
        }
        for name in ("d_loss", "g_loss"):
            if not math.isfinite(self.latest[name]):
                raise RunError(
                    f"{name} is {self.latest[name]} at iteration {step.iteration}: the run has diverged; "
                    "try a lower learning rate"
                )
        with self.path.open("a") as file:
            file.write(json.dumps(self.latest) + "\n")

    def close(self) -> None:
        """Every record is on disk already."""


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a history file, up to the first line that is none, such as one cut short by a crash."""
    records = []
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            record = json.loads(line)
        except ValueError:
            break
        if not isinstance(record, dict) or not record.keys() >= {*FIELDS}:
            break
        records.append(record)
    return records
