"""The row of a run in the picture of a comparison: its samples, curves and measures."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.comparison.outcome import Outcome
from tinygan.drawing.columns import interleaved
from tinygan.drawing.grid import grid
from tinygan.drawing.line import draw_line
from tinygan.drawing.plane import draw_plane
from tinygan.drawing.rows import DPI, row
from tinygan.drawing.samples import ROWS, draw_labelled
from tinygan.drawing.save import save_picture
from tinygan.drawing.symbols import COLOURS
from tinygan.nn.minibatch import leaves, part
from tinygan.observers.history import read
from tinygan.recipes import Run
from tinygan.recipes.portrait import many_z, portrait_of

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
            equilibrium=run.at_equilibrium(),
            measured=outcome.found(),
            note=outcome.diverged or f"{outcome.seconds:.1f} s",
            title=title,
        )

    save_picture(folder / "row.png", drawn(""), dpi=DPI)
    save_picture(picture, drawn(f"{run.recipe.data}, seed {run.seed}"), dpi=dpi)


def _draw_samples(ax: "Axes", run: Run) -> None:
    """Draws samples of G: those of a portrait, without labels of the axes, for which a row has no room."""
    if parts := run.recipe.columns(run):
        _draw_columns(ax, parts)
        return
    if run.source.has_images:
        k = len(getattr(run.prior, "columns", ())) or 1
        columns = k * max(1, COLUMNS // k)
        samples = portrait_of(run, part(run.shown_z, 0, max(1, IMAGES // columns) * columns))["samples"]
        shown = grid(leaves(samples)[0], columns, scale=1)
        ax.imshow(np.asarray(shown), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        ax.axis("off")
        return
    _draw_points(ax, **portrait_of(run, many_z(run)))
    ax.set(xlabel="", ylabel="")


def _draw_columns(ax: "Axes", named: dict[str, Any]) -> None:
    """Draws the columns of images row by row, two such rows in one; of points the second. Their names stand below."""
    names, parts = list(named), list(named.values())
    if parts[0].ndim == 2:
        ax.scatter(parts[1][:, 0], parts[1][:, 1], s=0.6, color=COLOURS["G"])
        ax.set(aspect="equal", xlabel=names[1])
        return
    columns = len(parts) * max(1, COLUMNS // len(parts))
    shown = interleaved([part[: IMAGES // columns * columns // len(parts)] for part in parts])
    ax.imshow(np.asarray(grid(shown, columns, scale=1)), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    ax.text(0.5, -0.04, ", ".join(names), transform=ax.transAxes, ha="center", va="top", color="0.3")
    ax.axis("off")


def _draw_points(
    ax: "Axes", source: Any, samples: Any, judge: Any, output: str | None, names: Sequence[str], arrows: Any
) -> None:
    """Draws points as `drawing.portrait` does, with smaller dots and letters."""
    if names:
        x, y = samples
        draw_labelled(ax, source, x, y, names, size=0.6)
        columns = -(-len(ax.get_legend_handles_labels()[1]) // ROWS)
        place: Any = {"loc": "center left", "bbox_to_anchor": (1, 0.5), "ncols": columns}
        if source.shape == (1,):  # a picture of the line is wide, and leaves no room beside it
            place = {"loc": "upper right", "ncols": columns}
        ax.legend(**place, fontsize=5, frameon=False, markerscale=3, handletextpad=0, columnspacing=0.5)
    elif source.shape == (1,):
        draw_line(ax, source, samples, judge, output, arrows)
        ax.legend(loc="upper right", fontsize=6, frameon=False)
    else:
        draw_plane(ax, source, samples, judge, output, size=0.6, letters=5)
