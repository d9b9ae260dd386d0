"""One run of a comparison, from its first iteration to its measures."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinygan import configuration, metrics
from tinygan.backend import backend as find_backend
from tinygan.backend import threads
from tinygan.comparison.outcome import Outcome, finished, keep
from tinygan.comparison.picture import draw_row
from tinygan.drawing.rows import DPI
from tinygan.errors import Diverged, RunError
from tinygan.folder import claimed
from tinygan.observers.history import History
from tinygan.recipes import Recipe, Run

BETWEEN_REPORTS = 0.2  # seconds


class Task(NamedTuple):
    """A run to be made.

    label: the recipe as it was asked for.   folder: of the run.   samples: to be measured.   processes: how many such
    runs share the machine.   picture: where its own picture goes, if it is drawn.   dpi: dots an inch of that.
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

    def outcome(self) -> Outcome | None:
        """How the run in the folder ended; None if it is still to be made.

        Raises RunError if what is kept there is damaged, or of another label or seed.
        """
        found = finished(self.folder)
        if found and (found.label, found.seed) != (self.label, self.seed):
            raise RunError(
                f"{self.folder} is expected to hold {self.label}, seed {self.seed}, "
                f"got {found.label}, seed {found.seed}; remove it to make that run again"
            )
        return found


def perform(task: Task, report: Callable[[int], None]) -> Outcome:
    """Make the run: its folder is then one that `tinygan train` could have left, without its film.

    report: called with the iteration, some times a second.
    The outcome is written last, so a folder that has one is finished, but for a picture that can be drawn again.
    Raises RunError if the folder is in use by another process.
    """
    with claimed(task.folder):
        return _perform(task, report)


def _perform(task: Task, report: Callable[[int], None]) -> Outcome:
    """`perform` in a folder that nobody else writes to."""
    run = Run(task.recipe, seed=task.seed, backend=find_backend(task.backend), data_dir=task.data_dir)
    configuration.write(task.folder / "config.toml", run.config())
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
        except Diverged as error:
            diverged = str(error)
        run.backend.synchronize()
        seconds = time.perf_counter() - began
        if not diverged:
            try:
                run.save(task.folder / "checkpoint.npz")
                measured = metrics.evaluate(run.source, run.sample(task.samples, run.seed), seed=run.seed)
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
        {m.name: m.floor for m in measured},
        diverged,
    )
    keep(outcome, task.folder)
    if task.picture:
        draw_row(run, outcome, task.folder, task.picture, task.dpi)
    return outcome


def draw_again(task: Task, outcome: Outcome) -> None:
    """The row and the picture of a finished run, from what is kept of it; raises RunError if that is of another run."""
    if outcome.diverged:
        run = Run(task.recipe, seed=task.seed, data_dir=task.data_dir)  # its objective and length are what is needed
    else:
        run, _ = Run.load(task.folder, backend=task.backend, data_dir=task.data_dir)
        if (run.recipe, run.seed, run.iteration) != (task.recipe, task.seed, outcome.iterations):
            raise RunError(
                f"its checkpoint is expected to be of seed {task.seed} at iteration {outcome.iterations}, with the "
                f"comparison's settings, got {run!r}"
            )
    assert task.picture
    draw_row(run, outcome, task.folder, task.picture, task.dpi)
