"""One run of a comparison, from its first iteration to its measures, and what is kept of it."""

import dataclasses
import json
import time
from collections.abc import Callable
from math import inf, isfinite
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tomli_w

from tinygan import metrics
from tinygan.backend import backend as find_backend
from tinygan.checkpoint import atomic
from tinygan.data import Images, load
from tinygan.errors import RunError
from tinygan.observers.history import History
from tinygan.recipes import Recipe, Run
from tinygan.recipes.run import threads

BETWEEN_REPORTS = 0.2  # seconds


class Task(NamedTuple):
    """A run to be made.

    label: the recipe as it was asked for.   folder: of the run.   samples: to be measured.   drawn: whether its row of
    the picture is wanted.   processes: how many such runs share the machine.
    """

    label: str
    recipe: Recipe
    seed: int
    folder: Path
    samples: int = 2500
    backend: str = "numpy"
    data_dir: str | None = None
    drawn: bool = False
    processes: int = 1


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How a run ended.

    measures, floors: by name, of the samples and of true examples in their place; empty if the run diverged.
    seconds: of training alone.   threads, processes: it took them with so many threads, beside so many runs in all.
    diverged: what was not finite, and when; empty if nothing.
    """

    label: str
    seed: int
    iterations: int
    seconds: float
    threads: int
    processes: int
    measures: dict[str, float] = dataclasses.field(default_factory=dict)
    floors: dict[str, float] = dataclasses.field(default_factory=dict)
    diverged: str = ""


def perform(task: Task, report: Callable[[int], None]) -> Outcome:
    """Make the run: its folder is then one that `tinygan train` could have left, without its film.

    report: called with the iteration, some times a second.
    The outcome is written last, so a folder that has one is finished.
    """
    run = Run(task.recipe, seed=task.seed, backend=find_backend(task.backend), data_dir=task.data_dir)
    with atomic(task.folder / "config.toml") as file:
        tomli_w.dump(run.config(), file)
    history = History(task.folder / "history.jsonl", task.recipe.record_every)
    diverged, measured = "", []
    began = reported = time.perf_counter()
    with np.errstate(over="ignore", invalid="ignore"):  # whether all is finite is asked below
        try:
            for step in run.steps():
                history(step)
                if step.last and time.perf_counter() - reported > BETWEEN_REPORTS:
                    reported = time.perf_counter()
                    report(step.iteration)
        except RunError as error:
            diverged = str(error)
        run.backend.synchronize()
        seconds = time.perf_counter() - began
        if not diverged:
            try:
                run.save(task.folder / "checkpoint.npz")
                measured = measure(run, task.samples)
            except RunError as error:
                diverged = str(error)
    outcome = Outcome(
        task.label,
        task.seed,
        run.iteration,
        seconds,
        threads(),
        task.processes,
        {m.name: m.value for m in measured},
        {m.name: m.floor for m in measured},
        diverged,
    )
    with atomic(task.folder / "outcome.json", "w") as file:
        json.dump(_finite(dataclasses.asdict(outcome)), file, indent=2, allow_nan=False)
        file.write("\n")
    return outcome


def measure(run: Run, samples: int) -> list[metrics.Measure]:
    """The measures of so many samples, as `tinygan evaluate` finds them with the run's own seed."""
    held_out: Any = None
    if isinstance(run.source, Images):
        samples = min(samples, metrics.PAIRED_IMAGES)
        held_out = load(run.recipe.data, run.data_dir, "test")
    return metrics.evaluate(run.source, run.sample(samples, run.seed), held_out, seed=run.seed)


def finished(folder: Path) -> Outcome | None:
    """The outcome kept in the folder of a run; None if that run is still to be made.

    Raises RunError if it is damaged.
    """
    path = folder / "outcome.json"
    try:
        values = json.loads(path.read_text())
        for part in ("measures", "floors"):
            values[part] = {name: inf if value is None else value for name, value in values[part].items()}
        return Outcome(**values)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(f"{path} is damaged: {error}; remove it to make that run again") from None


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    """The outcome's dictionary with None for what is infinite, as JSON has no number for it."""
    parts = {
        part: {name: value if isfinite(value) else None for name, value in values[part].items()}
        for part in ("measures", "floors")
    }
    return {**values, **parts}
