"""The curves of a run: both losses, and D on real and on generated examples."""

from collections.abc import Callable
from math import isfinite, nan
from typing import Any

from tinygan.disk import AnyPath, atomic
from tinygan.observers.history import FIELDS, read
from tinygan.training import Step


class Curves:
    """Draws the history at `history` to `path` when the run ends.

    says: what D's output is, "probability" say.
    latest: gives the record that was made last; where it is not finite, the run has diverged, and the curves go to it.
    """

    def __init__(
        self,
        history: AnyPath,
        path: AnyPath,
        says: str = "probability",
        latest: Callable[[], dict[str, Any]] = dict,
    ):
        self.history, self.path, self.says, self.latest = history, path, says, latest

    def __call__(self, step: Step) -> None:
        """The history keeps the numbers."""

    def close(self) -> None:
        records, last = read(self.history), self.latest()
        if not all(map(isfinite, last.values())):
            records.append(last)
        if records:
            with atomic(self.path) as file:
                curves(records, self.says).savefig(file, format="png", dpi=100)


def curves(records: list[dict[str, Any]], says: str = "probability") -> Any:
    """A matplotlib figure of history records: both losses; what D says of x and of G(z); what else was measured.

    A line stands where a record is not finite.
    """
    from matplotlib.figure import Figure

    others = [name for name in records[-1] if name not in FIELDS]
    figure = Figure(figsize=(7, 9 if others else 6), layout="constrained")
    losses, verdicts, *more = figure.subplots(3 if others else 2, 1, sharex=True)
    draw_losses(losses, records)
    draw_verdicts(verdicts, records, says)
    for name in others:
        _draw(more[0], records, name, name)
    losses.set_ylabel("loss")
    verdicts.set_ylabel(f"{says}, mean over the minibatch")
    for ax in (losses, verdicts, *more):
        for record in records:
            if not all(map(isfinite, record.values())):
                ax.axvline(record["iteration"], color="tab:red", lw=0.8, ls="--", label="not finite")
        ax.legend(loc="upper right")
    figure.axes[-1].set_xlabel("iteration")
    return figure


def draw_losses(ax: Any, records: list[dict[str, Any]]) -> None:
    """Both losses."""
    _draw(ax, records, "d_loss", "D's loss", "tab:blue")
    _draw(ax, records, "g_loss", "G's loss", "tab:green")


def draw_verdicts(ax: Any, records: list[dict[str, Any]], says: str) -> None:
    """What D says of x and of G(z)."""
    _draw(ax, records, "d_real", "D(x)", "black")
    _draw(ax, records, "d_fake", "D(G(z))", "tab:green")
    if says == "probability":
        ax.axhline(0.5, color="0.6", lw=0.8, ls="--")  # where p_g = p_data
        ax.set_ylim(0, 1)


def _draw(ax: Any, records: list[dict[str, Any]], name: str, label: str, color: str | None = None) -> None:
    iterations = [record["iteration"] for record in records]
    ax.plot(iterations, [record.get(name, nan) for record in records], lw=0.8, color=color, label=label)
