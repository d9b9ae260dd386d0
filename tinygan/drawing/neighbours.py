"""Samples beside the training images that are nearest to them, and the same of images that G has never seen."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.data import as_uint8
from tinygan.drawing.symbols import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 11  # of the samples: those at 0%, 10%, ..., 100% of the distances
BINS = 40


def neighbours(
    images: tuple[Any, Any],
    training: Any,
    nearest: tuple[Any, Any],
    distances: tuple[Any, Any],
    *,
    title: str = "",
    space: str = "pixels",
) -> "Figure":
    """A figure of two histograms of distances, above eleven samples and eleven unseen images with their neighbours.

    images: samples and unseen images, each (n, H, W, C), bytes or floats in [-1, 1].   training: the training images.
    nearest: of samples and of unseen images, the index of the nearest training image, (n,).   distances: how far that
    is, (n,).   space: what distances are measured in.
    The images shown are those at 0%, 10%, ..., 100% of the distances. A generator that copies has a histogram to the
    left of that of unseen images, and columns in which a sample and its neighbour are the same.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6.4))
    histogram, sheet = figure.subplots(2, 1, height_ratios=(2, 4))
    _draw_histograms(histogram, distances, space)
    rows: list[Any] = []
    for some, index, distance in zip(images, nearest, distances, strict=True):
        shown = np.argsort(distance)[np.linspace(0, len(distance) - 1, SHOWN).round().astype(int)]
        rows += [np.asarray(some)[shown], np.asarray(training)[np.asarray(index)[shown]]]
    _draw_rows(sheet, rows, ("samples", "nearest training images", "unseen images", "nearest training images"))
    figure.suptitle(title, size=10, parse_math=False)
    figure.tight_layout()
    return figure


def _draw_histograms(ax: "Axes", distances: tuple[Any, Any], space: str) -> None:
    edges = np.histogram_bin_edges(np.concatenate(distances), BINS).tolist()
    for values, name, player in zip(distances, ("samples", "unseen images"), ("G", "data"), strict=True):
        ax.hist(values, edges, density=True, histtype="step", label=name, color=COLOURS[player], lw=1.5)
    ax.set_xlabel(f"distance from the nearest training image, in {space}", size=8)
    ax.set_yticks([])
    ax.tick_params(labelsize=8)
    ax.spines[["top", "left", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=8)


def _draw_rows(ax: "Axes", rows: list[Any], names: tuple[str, ...]) -> None:
    """Draws rows of images of one size, each with its name at the left; a gap parts the two pairs of rows."""
    height, width = rows[0].shape[1:3]
    step = width + 2
    tops = [0, height + 2, 2 * height + 10, 3 * height + 12]
    sheet = np.full((tops[-1] + height, SHOWN * step - 2, 3), 255, np.uint8)
    for top, images in zip(tops, rows, strict=True):
        pixels = images if images.dtype == np.uint8 else as_uint8(images)
        for i, image in enumerate(pixels):
            sheet[top : top + height, i * step : i * step + width] = image
    ax.imshow(sheet, interpolation="none")
    ax.set_yticks([top + height / 2 for top in tops], names, size=8)
    ax.set_xticks([i * step + width / 2 for i in range(SHOWN)], [f"{10 * i}%" for i in range(SHOWN)], size=8)
    ax.set_xlabel("share of samples, or of unseen images, that are nearer", size=8)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
