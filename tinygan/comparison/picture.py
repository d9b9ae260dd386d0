"""Outcomes as one picture: a row for each recipe with samples and D's surface, losses and D's verdicts, of one seed.

Each row is drawn once, by who made the run, and kept with it; the picture is these rows under each other.
"""

from math import ceil, sqrt
from pathlib import Path
from typing import Any

import numpy as np

from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.comparison.outcome import Outcome, said
from tinygan.data import Images, as_uint8
from tinygan.disk import atomic
from tinygan.observers.curves import draw_losses, draw_verdicts
from tinygan.observers.history import read
from tinygan.observers.pictures import intact
from tinygan.observers.portrait import SAMPLES, as_image, draw_line, draw_plane
from tinygan.recipes import Run

WIDTH, HEIGHT, TOP = 9.0, 2.35, 0.5  # inches: of a row, and of the heading
DPI = 120
PLACES = {"samples": (0.045, 0.25), "losses": (0.375, 0.275), "verdicts": (0.71, 0.275)}  # left edge and width, of 1
CAPTIONS = {
    "samples": "samples",
    "losses": "losses, by iteration",
    "verdicts": "what D says of x and of G(z), by iteration",
}
FONTS: Any = {
    "font.size": 7,
    "axes.formatter.limits": (-2, 4),
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
}
IMAGES = (5, 8)  # rows and columns of them


def draw_row(run: Run, outcome: Outcome, folder: Path) -> None:
    """folder/row.png: the run as it stands, with its history and what was measured of it."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(FONTS):
        figure = Figure(figsize=(WIDTH, HEIGHT))
        samples, losses, verdicts = (figure.add_axes((left, 0.12, width, 0.7)) for left, width in PLACES.values())
        figure.text(0.012, 0.965, outcome.label, weight="bold", size=9, va="top", parse_math=False)
        if outcome.diverged:
            samples.axis("off")
            samples.text(0.5, 0.5, "diverged", ha="center", color="tab:red", size=9)
        else:
            figure.text(0.985, 0.96, said(outcome), size=7.5, va="top", ha="right", color="0.3")
            _draw_samples(samples, run)
        records = read(folder / "history.jsonl")
        if records:
            draw_losses(losses, records)
            draw_verdicts(verdicts, records, run.objective.output)
        for ax in (losses, verdicts):
            if not records:
                ax.axis("off")
                continue
            ax.locator_params(nbins=6)
            ax.grid(color="0.92", lw=0.5)
            ax.set_axisbelow(True)
            ax.spines[["top", "right"]].set_visible(False)
            ax.set_xlim(0, run.recipe.iterations)
            ax.legend(loc="lower left", bbox_to_anchor=(0.1, 0.97), fontsize=7, frameon=False, ncols=2)
        with atomic(folder / "row.png") as file:
            figure.savefig(file, format="png", dpi=DPI)


def _draw_samples(ax: Any, run: Run) -> None:
    """Samples of G, with what D says everywhere if there are few enough dimensions to show it."""
    G, D, asarray = run.generator(), nn.frozen(run.D), run.backend.asarray
    if isinstance(run.source, Images):
        from tinygan.observers.grid import grid

        rows, columns = IMAGES
        z = run.shown_z[: rows * columns]
        ax.imshow(grid(as_uint8(to_host(raw(G(z)))), columns, scale=1), cmap="gray", vmin=0, vmax=255)
        ax.axis("off")
        return
    many_z = asarray(run.prior.sample(SAMPLES, np.random.default_rng(run.seed)))
    if run.source.shape == (1,):
        draw_line(ax, run.source, G, D, run.objective, run.shown_z, many_z, asarray)
        ax.legend(loc="upper right", fontsize=6, frameon=False)
    else:
        draw_plane(ax, run.source, G, D, run.objective, many_z, asarray, size=0.6)
        ax.get_legend().remove()


def stack(rows: list[Path], title: str) -> Any:
    """A PIL image of the rows that are there, under each other, in more columns where they are many.

    One that cannot be read is left out, which is said.
    """
    from PIL import Image

    pictures = [picture.convert("RGB") for path in rows if path.exists() and (picture := intact(path))]
    columns = round(sqrt(len(pictures) / 5)) or 1  # about twice as high as wide
    tall = ceil(len(pictures) / columns)
    top = _heading(title)
    w, h = top.width, round(HEIGHT * DPI)
    sheet = Image.new("RGB", (columns * w, top.height + tall * h), "white")
    for column in range(columns):
        sheet.paste(top, (column * w, 0))
    for i, picture in enumerate(pictures):
        sheet.paste(picture, (i // tall * w, top.height + i % tall * h))
    return sheet


def _heading(title: str) -> Any:
    """What all rows show, and what each of their panels shows."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(FONTS):
        figure = Figure(figsize=(WIDTH, TOP))
        figure.text(0.012, 0.92, title, size=11, va="top", parse_math=False)
        for name, (left, width) in PLACES.items():
            figure.text(left + width / 2, 0.05, CAPTIONS[name], size=7.5, ha="center", color="0.3")
        return as_image(figure, DPI)
