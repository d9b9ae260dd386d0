"""One run of a comparison, from its first iteration to its measures."""

import time
from collections.abc import Callable
from functools import partial
from math import isnan
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinygan import configuration, metrics
from tinygan.backend import backend as find_backend
from tinygan.comparison.outcome import Outcome, finished, keep
from tinygan.comparison.picture import draw_row
from tinygan.drawing.rows import DPI
from tinygan.errors import Diverged, RunError
from tinygan.folder import claimed
from tinygan.machine import threads
from tinygan.observers.history import History
from tinygan.recipes import Recipe, Run

BETWEEN_REPORTS = 0.2  # seconds


class Task(NamedTuple):
    """The description of a run to be made.

    label: the recipe with its settings, as typed.   folder: of the run.   samples: the number to be measured.
    processes: the number of runs at a time.   picture: the path of its own picture, or None.   dpi: of that picture.
    """

    label: str
    recipe: Recipe
    seed: int
    folder: Path
    samples: int = 2500
    backend: str = "numpy"
    data_dir: str | None = None
    processes: int = 1
    picture: Path | None = None
    dpi: int = DPI

    @property
    def iterations(self) -> int:
        return self.recipe.iterations

    @property
    def title(self) -> str:
        """The label and the seed."""
        return f"{self.label}, seed {self.seed}"

    def perform(self, report: Callable[[int], None]) -> Outcome:
        """Makes the run; see `perform`."""
        return perform(self, report)

    def outcome(self) -> Outcome | None:
        """The outcome of the run in the folder; None if it is not finished.

        Raises RunError if the outcome is damaged, or has another label or seed.
        """
        found = finished(self.folder)
        if found and (found.label, found.seed) != (self.label, self.seed):
            raise RunError(
                f"{self.folder} is expected to hold {self.label}, seed {self.seed}, "
                f"got {found.label}, seed {found.seed}; remove it to make that run again"
            )
        return found


def perform(task: Task, report: Callable[[int], None]) -> Outcome:
    """Makes the run, in a folder like that of `tinygan train` but without a film, and returns its outcome.

    report: called with the iteration, up to five times a second.
    The outcome is written after the training, and the picture, which can be drawn again, after that.
    Raises RunError if the folder is in use by another process.
    """
    with claimed(task.folder):
        return _perform(task, report)


def _perform(task: Task, report: Callable[[int], None]) -> Outcome:
    """`perform` in a folder that is locked."""
    run = Run(task.recipe, seed=task.seed, backend=find_backend(task.backend), data_dir=task.data_dir)
    configuration.write(task.folder / "config.toml", run.config())
    history = History(task.folder / "history.jsonl", task.recipe.record_every, more=partial(run.recipe.recorded, run))
    diverged, measured = "", []
    began = reported = time.perf_counter()
    with np.errstate(over="ignore", invalid="ignore"):  # History and save check for finite numbers
        try:
            for step in run.steps():
                history(step)
                if step.last and time.perf_counter() - reported > BETWEEN_REPORTS:
                    reported = time.perf_counter()
                    report(step.iteration)
        except Diverged as error:
            diverged = str(error)
        run.backend.synchronize()
        seconds = time.perf_counter() - began
        if not diverged:
            try:
                run.save(task.folder / "checkpoint.npz")
                measured = metrics.evaluate(run.source, run.sample(task.samples, run.seed), seed=run.seed)
                measured += run.recipe.measures(run, task.samples, run.seed)
            except Diverged as error:
                diverged = str(error)
    outcome = Outcome(
        task.label,
        task.seed,
        run.iteration,
        seconds,
        threads(),
        task.processes,
        {m.name: m.value for m in measured},
        {m.name: m.floor for m in measured if not isnan(m.floor)},
        diverged,
    )
    keep(outcome, task.folder)
    if task.picture:
        draw_row(run, outcome, task.folder, task.picture, task.dpi)
    return outcome


def draw_again(task: Task, outcome: Outcome) -> None:
    """Draws the row and the picture of a finished run from its checkpoint. Raises RunError if that is another run's."""
    if outcome.diverged:
        run = Run(task.recipe, seed=task.seed, data_dir=task.data_dir)  # for its objective and length
    else:
        run, _ = Run.load(task.folder, backend=task.backend, data_dir=task.data_dir)
        if (run.recipe, run.seed, run.iteration) != (task.recipe, task.seed, outcome.iterations):
            raise RunError(
                f"its checkpoint is expected to be of seed {task.seed} at iteration {outcome.iterations}, with the "
                f"comparison's settings, got {run!r}"
            )
    assert task.picture
    draw_row(run, outcome, task.folder, task.picture, task.dpi)
