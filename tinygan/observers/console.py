"""Progress of a run: a live line on an interactive terminal, elsewhere a plain line every few seconds."""

import itertools
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from tinygan.drawing.curves import LOSS, OUTPUTS
from tinygan.training import Step

SECONDS_BETWEEN_LINES = 5.0
BAR = 8  # its columns


class Live:
    """Shows iterations per second, the players' losses, mean D(x) and D(G(z)), and the time left.

    latest: returns the last record of the history, {} before the first.
    examples: in an iteration; if it is given, their number a second is shown, too.
    """

    def __init__(
        self,
        console: Console,
        total: int,
        latest: Callable[[], dict[str, Any]],
        iteration: int = 0,
        examples: int = 0,
    ):
        self.examples = examples
        self.console, self.total, self.latest, self.first = console, total, latest, iteration
        self.began = self.printed = time.monotonic()
        self.iteration = self.shown = iteration
        self.bar: Progress | None = None
        if console.is_interactive:  # false for TERM=dumb, a terminal that cannot move its cursor
            self.bar = Progress(
                TextColumn("{task.completed}/{task.total}", markup=False),
                BarColumn(bar_width=BAR),
                _Numbers(self),
                TimeRemainingColumn(compact=True),
                console=console,
                refresh_per_second=4,
            )
            self.task = self.bar.add_task("", total=total, completed=iteration)
            self.bar.start()

    def __call__(self, step: Step) -> None:
        if not step.last:
            return
        self.iteration = step.iteration
        if self.bar:
            self.bar.update(self.task, completed=step.iteration)
        elif time.monotonic() - self.printed >= SECONDS_BETWEEN_LINES:
            self._print()

    def _print(self) -> None:
        self.printed, self.shown = time.monotonic(), self.iteration
        left = (self.total - self.iteration) / max(self.speed(), 1e-9)
        line = "  ".join([f"{self.iteration}/{self.total}", *self.numbers(), f"{left:.0f} s left"])
        self.console.print(line, highlight=False, soft_wrap=not self.console.is_terminal)

    def speed(self) -> float:
        """Iterations per second since the start."""
        return (self.iteration - self.first) / max(time.monotonic() - self.began, 1e-9)

    def numbers(self) -> list[str]:
        """The speed and, from the last record, each player's loss and D's mean outputs on x and on G(z)."""
        speed = f"{self.speed():.{0 if self.speed() >= 10 else 1}f} it/s"
        if self.examples:
            speed += f", {self.examples * self.speed():,.0f} examples/s"
        record = self.latest()
        losses = {key: key.removeprefix(LOSS) for key in record if key.startswith(LOSS)}
        outputs = {key: label for key, (label, _) in OUTPUTS.items() if key in record}
        return [speed, *(f"{name} {record[key]:.2f}" for key, name in (losses | outputs).items())]

    def close(self) -> None:
        if self.bar:
            self.bar.stop()
        elif self.iteration > self.shown:
            self._print()


class _Numbers(ProgressColumn):
    """The column of numbers beside the bar: as many of them as fit."""

    def __init__(self, live: Live):
        super().__init__(table_column=Column(no_wrap=True))
        self.live = live

    def render(self, task: Any) -> Text:
        others = len(f"{task.completed}/{task.total}") + BAR + len("-:--:--") + 3  # with the gaps between columns
        room = self.live.console.width - others
        whole = itertools.accumulate(self.live.numbers(), "{}  {}".format)
        return Text(max((text for text in whole if len(text) <= room), key=len, default=""), style="cyan")
