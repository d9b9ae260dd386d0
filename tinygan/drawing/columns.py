"""Columns of images, or panels of points, that belong together row by row, such as x, its translation and the truth."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygan.data import as_uint8
from tinygan.drawing.grid import class_grid
from tinygan.errors import ShapeMismatch

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def columns(parts: dict[str, Any], title: str = "", dpi: int = 100) -> Any:
    """A picture with a column for each part, under its name: a PIL image of images, a figure of points.

    parts: images (n, H, W, C), bytes or floats in [-1, 1], of one size, many rows in blocks side by side; or
    points (n, 2), with the colour of their place in the first part, and grey if they are more, or fewer, than those.
    Raises ShapeMismatch if the parts are neither, or if images have different numbers of rows.
    """
    arrays = [np.asarray(part) for part in parts.values()]
    if arrays[0].ndim == 4 and len({len(array) for array in arrays}) != 1:
        raise ShapeMismatch(f"columns: expected parts with as many rows each, got {[len(array) for array in arrays]}")
    if arrays[0].ndim == 4:
        return class_grid(interleaved(arrays), list(parts), title=title, dpi=dpi)
    if any(array.shape[1:] != (2,) for array in arrays):
        raise ShapeMismatch(f"columns: expected images or points (n, 2), got {[array.shape for array in arrays]}")
    return _panels(dict(zip(parts, arrays, strict=True)), title)


def interleaved(parts: Any) -> Any:
    """Images of several parts row by row, bytes (n * len(parts), H, W, C): the first of each part, then the second.

    Grey images become colour ones beside colour ones. Raises ShapeMismatch if heights or widths differ.
    """
    images = [part if part.dtype == np.uint8 else as_uint8(part) for part in map(np.asarray, parts)]
    if len({image.shape[1:3] for image in images}) != 1:
        raise ShapeMismatch(f"columns: expected images of one size, got {[image.shape for image in images]}")
    channels = max(image.shape[3] for image in images)
    images = [np.repeat(image, channels, axis=3) if image.shape[3] < channels else image for image in images]
    return np.stack(images, axis=1).reshape(-1, *images[0].shape[1:])


def _panels(parts: dict[str, Any], title: str) -> "Figure":
    """Points (n, 2) in a panel for each part. Row i has one colour in all of them, by its angle in the first."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.2 * len(parts), 3.5), layout="constrained")
    first = next(iter(parts.values()))
    colours = colormaps["hsv"](np.arctan2(first[:, 1], first[:, 0]) / (2 * np.pi) % 1)
    most = 1.1 * max(np.abs(points).max() for points in parts.values())
    for i, (name, points) in enumerate(parts.items()):
        ax = figure.add_subplot(1, len(parts), i + 1)
        ax.scatter(points[:, 0], points[:, 1], s=4, c=colours if len(points) == len(first) else "0.7")
        ax.set(xlim=(-most, most), ylim=(-most, most), aspect="equal")
        ax.set_title(name, size=10, parse_math=False)
    figure.suptitle(title, size=10, parse_math=False)
    return figure
