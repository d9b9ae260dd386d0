"""Rows of images below each other, such as originals above their reconstructions; and bars of the units of a code."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.data import as_uint8
from tinygan.drawing.symbols import COLOURS
from tinygan.errors import ShapeMismatch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GAP = 2  # pixels between images
WIDTH = 8.0  # inches
COLLAPSED = "0.7"  # the grey of units that carry nothing


def in_rows(rows: Mapping[str, Any], title: str = "") -> "Figure":
    """A figure with a row of images for each name: in a column are an image and what was made of it.

    rows: the images of each row, (n, H, W, C), bytes or floats in [-1, 1].
    Raises ShapeMismatch unless all rows have one shape.
    """
    from matplotlib.figure import Figure

    images = [np.asarray(row) if np.asarray(row).dtype == np.uint8 else as_uint8(row) for row in rows.values()]
    if len({row.shape for row in images}) != 1 or images[0].ndim != 4:
        found = ", ".join(str(row.shape) for row in images)
        raise ShapeMismatch(f"in_rows: expected rows of images of one shape, (n, H, W, C), got {found}")
    n, h, w, _ = images[0].shape
    high, wide = len(images) * (h + GAP) - GAP, n * (w + GAP) - GAP
    sheet = np.full((high, wide, 3), 255, np.uint8)
    for i, row in enumerate(images):
        for j, image in enumerate(row):
            sheet[i * (h + GAP) : i * (h + GAP) + h, j * (w + GAP) : j * (w + GAP) + w] = image
    left, top = 1.3, 0.4 if title else 0.08  # inches
    height = (WIDTH - left - 0.1) * high / wide
    figure = Figure(figsize=(WIDTH, height + top + 0.1))
    whole = height + top + 0.1
    ax = figure.add_axes((left / WIDTH, 0.1 / whole, (WIDTH - left - 0.1) / WIDTH, height / whole))
    ax.imshow(sheet, interpolation="none", aspect="auto")
    ax.set_yticks([i * (h + GAP) + h / 2 for i in range(len(images))], list(rows), size=9)
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    figure.suptitle(title, size=10, y=1 - 0.08 / whole, va="top", parse_math=False)
    return figure


def units(kl: Any, active: Any, title: str = "") -> "Figure":
    """A figure with a bar for each unit of a code, its KL from the prior in nats, the largest first.

    kl, active: (units,), numbers and booleans; the bars of units that are not active are grey.
    Raises ShapeMismatch if the shapes differ.
    """
    from matplotlib.figure import Figure

    kl, active = np.asarray(kl), np.asarray(active)
    if kl.ndim != 1 or kl.shape != active.shape:
        raise ShapeMismatch(
            f"units: expected a KL and a boolean for each unit, (n,), got {kl.shape} and {active.shape}"
        )
    order = np.argsort(-kl, kind="stable")
    figure = Figure(figsize=(WIDTH, 3.2), layout="constrained")
    ax = figure.add_subplot()
    places = np.arange(len(kl))
    for chosen, colour, name in ((active, COLOURS["G"], "active"), (~active, COLLAPSED, "collapsed")):
        here = chosen[order]
        if here.any():
            label = f"{name}: {here.sum()} of {len(kl)}"
            ax.bar(places[here], np.maximum(kl[order][here], 0.01 * kl.max()), color=colour, label=label)
    ax.set_xticks(places, [str(i) for i in order], size=8 if len(kl) <= 40 else 5)
    ax.set(xlabel="unit of the code", ylabel="KL(q(z|x) || N(0, 1)), nats")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9)
    figure.suptitle(title, size=10, parse_math=False)
    return figure
