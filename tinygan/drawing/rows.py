"""A run as a row of three panels (samples, losses, D's outputs), and a stack of rows."""

from collections.abc import Callable, Iterable, Mapping
from math import ceil, sqrt
from textwrap import fill
from typing import TYPE_CHECKING, Any

from tinygan.drawing.curves import NOWHERE, Record, draw_losses, draw_outputs
from tinygan.drawing.save import as_image

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from PIL.Image import Image

WIDTH, HEIGHT, TOP = 9.0, 2.6, 0.5  # inches: of a row, and of the heading
DPI = 120
LETTERS, SMALL = (48, 7.0), (64, 5.5)  # of a line above the samples, and their size; if two lines do not hold them
PLACES = {"samples": (0.045, 0.25), "losses": (0.375, 0.275), "outputs": (0.71, 0.275)}  # left edge and width, of 1
CAPTIONS = {
    "samples": "samples",
    "losses": "losses, by iteration",
    "outputs": "mean output of D on x and on G(z), by iteration",
}
FONTS: Any = {
    "font.size": 7,
    "axes.formatter.limits": (-2, 4),
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
}


def row(
    label: str,
    draw: "Callable[[Axes], None] | None",
    records: list[Record],
    output: str | None,
    iterations: int,
    *,
    equilibrium: Mapping[str, float] = NOWHERE,
    measured: str = "",
    note: str = "",
    title: str = "",
) -> "Figure":
    """A figure of one run with the name `label`.

    draw: a function that draws the samples on given axes; None if the run diverged.   records: of its history.
    output: the kind of D's output.   iterations: the end of the curves' axes.   equilibrium: as for `curves`.
    measured: a text above the samples.   note: a text at the right end.   title: a heading above the row; without it
    there are no captions either.
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(FONTS):
        height = HEIGHT + (TOP if title else 0)
        figure = Figure(figsize=(WIDTH, height))
        if title:
            _draw_heading(figure, title, HEIGHT / height)
        share = HEIGHT / height
        samples, losses, outputs = (
            figure.add_axes((left, 0.18 * share, width, 0.6 * share)) for left, width in PLACES.values()
        )
        figure.text(0.012, 0.965 * share, label, weight="bold", size=9, va="top", parse_math=False)
        figure.text(0.985, 0.965 * share, note, size=7.5, va="top", ha="right", color="0.3")
        if draw is None:
            samples.axis("off")
            samples.text(0.5, 0.5, "diverged", ha="center", color="tab:red", size=9)
        else:
            draw(samples)
            letters, size = LETTERS if fill(measured, LETTERS[0]).count("\n") < 2 else SMALL
            samples.set_title(fill(measured, letters), size=size, color="0.3", pad=3)
        draw_losses(losses, records, equilibrium)
        if any("d_real" in record for record in records):
            draw_outputs(outputs, records, output, equilibrium)
        _frame_curves((losses, outputs), iterations)
    return figure


def _frame_curves(panels: "Iterable[Axes]", iterations: int) -> None:
    """Gives both panels of curves their axes and legends; a panel without curves stays empty."""
    for ax in panels:
        if not ax.lines:
            ax.axis("off")
            continue
        ax.locator_params(nbins=6)
        ax.grid(color="0.92", lw=0.5)
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlim(0, iterations)
        ax.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.97), fontsize=5.5, frameon=False, ncols=2)


def stack(pictures: "list[Image]", title: str) -> "Image":
    """A PIL image of the rows below each other, in several columns if there are many."""
    from PIL import Image

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


def _heading(title: str) -> "Image":
    """The strip above all rows: the title, and the captions of the panels."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(FONTS):
        figure = Figure(figsize=(WIDTH, TOP))
        _draw_heading(figure, title, 0.0)
        return as_image(figure, DPI)


def _draw_heading(figure: "Figure", title: str, bottom: float) -> None:
    """Draws the title and the captions of the panels above `bottom`, a share of the figure's height."""
    figure.text(0.012, bottom + 0.92 * (1 - bottom), title, size=11, va="top", parse_math=False)
    for name, (left, width) in PLACES.items():
        place = left + width / 2, bottom + 0.05 * (1 - bottom)
        figure.text(*place, CAPTIONS[name], size=7.5, ha="center", color="0.3")
