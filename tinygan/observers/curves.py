"""The curves of a run, drawn when it ends."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from tinygan.disk import AnyPath
from tinygan.drawing.curves import curves
from tinygan.drawing.save import DPI, save_picture
from tinygan.observers.history import read
from tinygan.training import Step


class Curves:
    """Draws the history file `history` to `path` when the run ends. The ending of `path` is the format.

    output: the kind of D's output, such as "probability".
    latest: returns the last record; if it is not finite, the run has diverged, and the curves include it.
    """

    def __init__(
        self,
        history: AnyPath,
        path: AnyPath,
        output: str | None = None,
        title: str = "",
        latest: Callable[[], dict[str, Any]] = dict,
        dpi: int = DPI,
    ):
        self.history, self.path, self.output, self.title = history, path, output, title
        self.latest, self.dpi = latest, dpi

    def __call__(self, step: Step) -> None:
        """Does nothing: `History` records the numbers."""

    def close(self) -> None:
        records, last = read(self.history), self.latest()
        if not all(map(isfinite, last.values())):
            records.append(last)
        if records:
            save_picture(self.path, curves(records, self.output, self.title), dpi=self.dpi)
