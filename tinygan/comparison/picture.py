"""The row of a run in the picture of a comparison: its samples, curves and measures."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tinygan.comparison.outcome import Outcome, measured
from tinygan.drawing.grid import grid
from tinygan.drawing.line import draw_line
from tinygan.drawing.plane import draw_plane
from tinygan.drawing.portrait import SAMPLES
from tinygan.drawing.rows import DPI, row
from tinygan.drawing.save import save_picture
from tinygan.nn.minibatch import each, leaves, on_host, part
from tinygan.observers.history import read
from tinygan.recipes import Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

IMAGES, COLUMNS = 40, 8  # how many, in how many columns; of a conditional G every class as often as there is room


def draw_row(run: Run, outcome: Outcome, folder: Path, picture: Path, dpi: int = DPI) -> None:
    """Draws the run with its history and its measures as folder/row.png and, with a heading, as `picture`.

    dpi: dots an inch of `picture`.
    """

    def drawn(title: str) -> "Figure":
        return row(
            outcome.label,
            None if outcome.diverged else lambda ax: _draw_samples(ax, run),
            read(folder / "history.jsonl"),
            run.output,
            run.recipe.iterations,
            measured=measured(outcome),
            note=outcome.diverged or f"{outcome.seconds:.1f} s",
            title=title,
        )

    save_picture(folder / "row.png", drawn(""), dpi=DPI)
    save_picture(picture, drawn(f"{run.recipe.data}, seed {run.seed}"), dpi=dpi)


def _draw_samples(ax: "Axes", run: Run) -> None:
    """Draws samples of G, with D's outputs on the line or in the plane."""
    G, judge = run.generator(), None if run.D is None or run.classes else run.judge
    source = run.source.unlabelled()
    if source.has_images:
        k = len(run.classes) or 1
        columns = k * max(1, COLUMNS // k)
        shown_z = part(run.shown_z, 0, max(1, IMAGES // columns) * columns)
        shown = grid(leaves(each(on_host, G(shown_z)))[0], columns, scale=1)
        ax.imshow(np.asarray(shown), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        ax.axis("off")
        return
    many_z = run.placed(run.prior.sample(SAMPLES, np.random.default_rng(run.seed)))
    samples = leaves(each(on_host, G(many_z)))[0]
    if source.shape == (1,):
        arrows = None if run.classes else (on_host(run.shown_z), on_host(G(run.shown_z)))
        draw_line(ax, source, samples, judge, run.output, arrows)
        ax.legend(loc="upper right", fontsize=6, frameon=False)
    else:
        draw_plane(ax, source, samples, judge, run.output, size=0.6, letters=5)
    ax.set(xlabel="", ylabel="")  # the row has no room for labels
