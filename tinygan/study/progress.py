"""Progress of many tasks on the terminal: a line for each that ends, and a bar on an interactive one."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from tinygan.study.processes import Event

SECONDS_BETWEEN_LINES = 30.0


class Progress:
    """A function of Events, inside a with block, that shows the iterations of all tasks together.

    tasks: each has a title, a folder, a number of iterations, and an outcome if it is finished.   many: their name.
    """

    def __init__(self, console: Console, tasks: Sequence[Any], many: str = "runs"):
        kept = [task for task in tasks if task.outcome()]
        self.console, self.many, self.done = console, f"{len(tasks)} {many}", len(kept)
        self.total = sum(task.iterations for task in tasks)
        self.kept = sum(task.iterations for task in kept)
        self.iterations: dict[Path, int] = {}  # of each task begun by this process
        self.began = self.printed = time.monotonic()
        self.bar: Bar | None = None
        if console.is_interactive:
            columns = (
                TextColumn("{task.description} of " + self.many, markup=False),
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
        self.iterations[event.task.folder] = event.task.iterations if over else event.iteration
        self.done += over
        completed = self.kept + sum(self.iterations.values())
        if self.bar:
            self.bar.update(self.line, description=f"{self.done}", completed=completed)
        elif not over and time.monotonic() - self.printed >= SECONDS_BETWEEN_LINES:
            share = f"{completed / self.total:.0%} of all iterations"
            self._print(f"{self.done} of {self.many}, {share}{self._left(completed)}")
        if event.outcome:
            self._print(f"{event.task.title}: {event.outcome.summary()}")
        if event.failure:
            self._print(f"{event.task.title}: {event.failure}")

    def _left(self, completed: int) -> str:
        new = completed - self.kept
        return f", about {(self.total - completed) / new * (time.monotonic() - self.began):.0f} s left" if new else ""

    def _print(self, text: str) -> None:
        self.printed = time.monotonic()
        self.console.print(Text(text), soft_wrap=not self.console.is_terminal)  # Text: brackets are no markup
