"""Progress of a comparison on the terminal: a line for each run that ends, and a bar on an interactive one."""

import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from tinygan.comparison.comparison import Comparison
from tinygan.comparison.outcome import summary
from tinygan.comparison.processes import Event

SECONDS_BETWEEN_LINES = 30.0


class Progress:
    """A function of Events, inside a with block, that shows the iterations of all runs together."""

    def __init__(self, console: Console, comparison: Comparison, folder: Path):
        tasks = comparison.tasks(folder)
        kept = [task for task in tasks if task.outcome()]
        self.console, self.runs, self.done = console, len(tasks), len(kept)
        self.total = sum(task.recipe.iterations for task in tasks)
        self.kept = sum(task.recipe.iterations for task in kept)
        self.iterations: dict[Path, int] = {}  # of each run begun by this process
        self.began = self.printed = time.monotonic()
        self.bar: Bar | None = None
        if console.is_interactive:
            columns = (
                TextColumn("{task.description} of " + f"{self.runs} runs", markup=False),
                BarColumn(bar_width=24),
                TaskProgressColumn(),
                TimeRemainingColumn(compact=True),
            )
            self.bar = Bar(*columns, console=console, refresh_per_second=4, speed_estimate_period=600)
            self.line = self.bar.add_task(f"{self.done}", total=self.total, completed=self.kept)

    def __enter__(self) -> "Progress":
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, event: Event) -> None:
        over = event.outcome is not None or bool(event.failure)
        self.iterations[event.task.folder] = event.task.recipe.iterations if over else event.iteration
        self.done += over
        completed = self.kept + sum(self.iterations.values())
        if self.bar:
            self.bar.update(self.line, description=f"{self.done}", completed=completed)
        elif not over and time.monotonic() - self.printed >= SECONDS_BETWEEN_LINES:
            share = f"{completed / self.total:.0%} of all iterations"
            self._print(f"{self.done} of {self.runs} runs, {share}{self._left(completed)}")
        if event.outcome:
            self._print(f"{event.outcome.label}, seed {event.outcome.seed}: {summary(event.outcome)}")
        if event.failure:
            self._print(f"{event.task.label}, seed {event.task.seed}: {event.failure}")

    def _left(self, completed: int) -> str:
        new = completed - self.kept
        return f", about {(self.total - completed) / new * (time.monotonic() - self.began):.0f} s left" if new else ""

    def _print(self, text: str) -> None:
        self.printed = time.monotonic()
        self.console.print(Text(text), soft_wrap=not self.console.is_terminal)  # Text: brackets are no markup
