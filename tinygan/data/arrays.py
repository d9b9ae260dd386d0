"""Data from one's own program: a NumPy array is a data set, of images if it has four axes, of points if it has two."""

from typing import Any

import numpy as np

from tinygan.data.absent import Absent
from tinygan.data.images import Images
from tinygan.data.points import Points
from tinygan.errors import DataError

IMAGES, POINTS = "images", "points"  # how a run remembers data that were given to it


def as_source(data: Any) -> Any:
    """`data` as a source of examples: an array becomes `Images` or `Points`, anything else that is one stays.

    data: an array (N, H, W, C) of images, uint8, or float in [-1, 1]; an array (N, d) of points, float or whole
    numbers; `Images`, `Points`, or a density. uint8 and float32 are not copied: do not change the array afterwards.
    Raises DataError, at once, for other types and shapes, and for numbers that are not finite.

    >>> as_source(np.zeros((100, 2)))
    Points('points', 100 x 2)
    """
    if isinstance(data, Absent) or hasattr(data, "examples") or hasattr(data, "density"):
        return data
    array = _array(data)
    real = array.dtype.kind in "fiu"
    if array.ndim == 2 and real:
        return Points(POINTS, _single(array))
    if array.ndim == 4 and real:
        return Images(IMAGES, _single(array) if array.dtype.kind == "f" else array)
    shapes = {1: "; X[:, None] has points on the line", 3: "; X[..., None] has grey images"}
    raise DataError(
        "data: expected an array of images (N, H, W, C) in uint8 or float, or of points (N, d), "
        f"got {array.dtype} {array.shape}{shapes.get(array.ndim, '') if real else ''}"
    )


def given_as(source: Any) -> str:
    """The name by which a run remembers data that were given to it: images or points, or that of those it lacks."""
    if isinstance(source, Absent):
        return source.name
    return IMAGES if len(source.shape) == 3 else POINTS


def _array(data: Any) -> np.ndarray:
    try:
        array = np.asarray(data)
    except Exception as problem:  # a list of unequal rows, an array on a GPU, a tensor that records
        raise DataError(f"data: expected a NumPy array, got {type(data).__name__}: {problem}") from problem
    if np.ma.is_masked(data):
        raise DataError("data: expected an array without masked elements; fill or drop them")
    return array


def _single(array: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):  # what overflows is refused as infinite
        return array.astype(np.float32, copy=False)
