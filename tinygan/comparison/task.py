"""One run of a comparison, from its first iteration to its measures."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tinygan.backend import backend as find_backend
from tinygan.comparison.outcome import Outcome, described
from tinygan.comparison.picture import draw_row
from tinygan.drawing.rows import DPI
from tinygan.errors import Diverged, RunError
from tinygan.folder import claimed
from tinygan.recipes import Recipe, Run, measures_of
from tinygan.study.outcome import finished, keep
from tinygan.study.training import trained


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

    def outcome(self) -> Outcome | None:
        """The outcome of the run in the folder; None if it is not finished.

        Raises RunError if the outcome is damaged, or has another label or seed.
        """
        return finished(Outcome, self.folder, self.title, label=self.label, seed=self.seed)

    def perform(self, report: Callable[[int], None]) -> Outcome:
        """Makes the run, in a folder like that of `tinygan train` but without a film, and returns its outcome.

        report: called with the iteration, up to five times a second.
        The outcome is written after the training, and the picture, which can be drawn again, after that.
        Raises RunError if the folder is in use by another process.
        """
        with claimed(self.folder):
            run = Run(self.recipe, seed=self.seed, backend=find_backend(self.backend), data_dir=self.data_dir)
            seconds, diverged = trained(run, self.folder, report)
            measured = []
            if not diverged:
                try:
                    measured = measures_of(run, self.samples, run.seed)
                except Diverged as error:
                    diverged = str(error)
            found = {"label": self.label, "iterations": run.iteration, **described(measured)}
            outcome = Outcome.of_task(self, seconds, diverged, **found)
            keep(outcome, self.folder)
            if self.picture:
                draw_row(run, outcome, self.folder, self.picture, self.dpi)
            return outcome

    def draw_again(self, outcome: Outcome) -> None:
        """Draws the row and the picture of the finished run from its checkpoint.

        Raises RunError if that is another run's.
        """
        if outcome.diverged:
            run = Run(self.recipe, seed=self.seed, data_dir=self.data_dir)  # for its objective and length
        else:
            run, _ = Run.load(self.folder, backend=self.backend, data_dir=self.data_dir)
            if (run.recipe, run.seed, run.iteration) != (self.recipe, self.seed, outcome.iterations):
                raise RunError(
                    f"its checkpoint is expected to be of seed {self.seed} at iteration {outcome.iterations}, with the "
                    f"comparison's settings, got {run!r}"
                )
        assert self.picture
        draw_row(run, outcome, self.folder, self.picture, self.dpi)
