"""The training of a run as a task, or as a part of one."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from tinygan import configuration
from tinygan.errors import Diverged
from tinygan.observers.history import History
from tinygan.recipes import Run

BETWEEN_REPORTS = 0.2  # seconds


def trained(run: Run, folder: Path, report: Callable[[int], None]) -> tuple[float, str]:
    """Makes all steps of a run; returns (seconds, diverged): of the steps alone, and what was not finite, or "".

    It leaves a folder like that of `tinygan train`, without pictures; a run that diverges leaves no checkpoint.
    report: called with the iteration, up to five times a second.
    """
    configuration.write(folder / "config.toml", run.config())
    history = History(folder / "history.jsonl", run.recipe.record_every, more=partial(run.recipe.recorded, run))
    progress, diverged = paced(report), ""
    began = time.perf_counter()
    with np.errstate(over="ignore", invalid="ignore"):  # History and save check for finite numbers
        try:
            for step in run.steps():
                history(step)
                if step.last:
                    progress(step.iteration)
        except Diverged as error:
            diverged = str(error)
        run.backend.synchronize()
        seconds = time.perf_counter() - began
        if not diverged:
            try:
                run.save(folder / "checkpoint.npz")
            except Diverged as error:
                diverged = str(error)
    return seconds, diverged


def paced(report: Callable[[int], None]) -> Callable[[int], None]:
    """A function of iterations that passes them on to `report`, at most five times a second."""
    last = time.perf_counter()

    def passed_on(iteration: int) -> None:
        nonlocal last
        if time.perf_counter() - last > BETWEEN_REPORTS:
            last = time.perf_counter()
            report(iteration)

    return passed_on
