"""The curves of a run: both losses, and D on real and on generated examples."""

from pathlib import Path
from typing import Any

from tinygan.checkpoint import atomic
from tinygan.observers.history import read
from tinygan.training import Step


class Curves:
    """Draws the history at `history` to `path` when the run ends."""

    def __init__(self, history: Path, path: Path):
        self.history, self.path = history, path

    def __call__(self, step: Step) -> None:
        """The history keeps the numbers."""

    def close(self) -> None:
        records = read(self.history)
        if records:
            with atomic(self.path) as file:
                curves(records).savefig(file, format="png", dpi=100)


def curves(records: list[dict[str, Any]]) -> Any:
    """A matplotlib figure of history records: the losses above, mean D(x) and D(G(z)) below, 1/2 where p_g = p_data."""
    from matplotlib.figure import Figure

    iterations = [record["iteration"] for record in records]
    figure = Figure(figsize=(7, 6), layout="constrained")
    losses, probabilities = figure.subplots(2, 1, sharex=True)
    for name, label, color in (("d_loss", "D's loss", "tab:blue"), ("g_loss", "G's loss", "tab:green")):
        losses.plot(iterations, [record[name] for record in records], lw=0.8, color=color, label=label)
    for name, label, color in (("d_real", "D(x)", "black"), ("d_fake", "D(G(z))", "tab:green")):
        probabilities.plot(iterations, [record[name] for record in records], lw=0.8, color=color, label=label)
    probabilities.axhline(0.5, color="0.6", lw=0.8, ls="--")
    probabilities.set(xlabel="iteration", ylim=(0, 1), ylabel="mean over the minibatch")
    losses.set(ylabel="loss")
    for ax in (losses, probabilities):
        ax.legend(loc="upper right")
    return figure
