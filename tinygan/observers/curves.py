"""The curves of a run, drawn when it ends."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from tinygan.disk import AnyPath
from tinygan.drawing.curves import NOWHERE, curves
from tinygan.drawing.save import DPI, save_picture
from tinygan.observers.history import read
from tinygan.training import Step


class Curves:
    """Draws the history file `history` to `path` when the run ends. The ending of `path` is the format.

    output, equilibrium: the kind of D's output and its numbers where p_g = p_data, as for `drawing.curves.curves`.
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
        equilibrium: Mapping[str, float] = NOWHERE,
    ):
        self.history, self.path, self.output, self.title = history, path, output, title
        self.latest, self.dpi, self.equilibrium = latest, dpi, equilibrium

    def __call__(self, step: Step) -> None:
        """Does nothing: `History` records the numbers."""

    def close(self) -> None:
        records, last = read(self.history), self.latest()
        if not all(map(isfinite, last.values())):
            records.append(last)
        if records:
            save_picture(self.path, curves(records, self.output, self.title, self.equilibrium), dpi=self.dpi)
