"""A NumPy array as a data set: images if it has four axes, points if it has two."""

import os
from dataclasses import replace
from typing import Any

import numpy as np

from tinygan.data.absent import Absent
from tinygan.data.foreign import Foreign
from tinygan.data.images import Images
from tinygan.data.labels import as_labels
from tinygan.data.points import Points
from tinygan.data.source import Source
from tinygan.errors import DataError
from tinygan.nn.minibatch import Labelled

_EXACT = 2**53  # whole numbers up to here are exact in float64
IMAGES, POINTS = "images", "points"  # the setting `data` of a run whose data a program gave


def as_source(data: Any) -> Source:
    """A source with the examples of `data`. An array becomes `Images` or `Points`; a source is returned unchanged.

    data: an array (N, H, W, C) of images, uint8, or float in [-1, 1]; an array (N, d) of points, float or whole
    numbers; `Labelled(array, y)` with a label of 0..K-1 for each row; a source; or an object with sample(n, rng),
    density(x) and shape. uint8 and float32 are not copied: do not change the array afterwards.
    Raises DataError if the type or the shape is another, if a number is not finite, or if float32 would round a whole
    number.

    >>> as_source(np.zeros((100, 2)))
    Points('points', 100 x 2)
    >>> as_source(Labelled(np.zeros((4, 2)), [0, 1, 2, 1])).describe()
    '4 points on R^2 in 3 classes'
    """
    if isinstance(data, Source):
        return data
    if isinstance(data, Labelled):
        return _with_labels(as_source(data.x), as_labels(data.y))
    if not isinstance(data, type) and any(_has(data, *parts) for parts in _KINDS):
        return Foreign(data)
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


def _with_labels(source: Source, labels: Any) -> Source:
    if not isinstance(source, Images | Points):
        raise DataError(f"data: labels belong to an array, Images or Points, got {source!r} with labels")
    return replace(source, labels=labels, classes=())


def given_as(source: Source) -> str:
    """The setting `data` of a run on a source that a program gave: images or points, or the name of absent data."""
    if isinstance(source, Absent):
        return source.name
    return IMAGES if source.has_images else POINTS


_KINDS = ("examples",), ("density", "shape")  # attributes of a data set, and of a density; a prior has no shape


def _has(data: Any, *parts: str) -> bool:
    return all(hasattr(data, part) for part in parts)


def _array(data: Any) -> np.ndarray:
    if isinstance(data, str | os.PathLike):
        raise DataError(f"data: expected an array, got the path {str(data)!r}; read it first, with np.load, say")
    if isinstance(data, type) or hasattr(data, "density"):  # a prior of noise
        name = f"the class {data.__name__}" if isinstance(data, type) else repr(data)
        raise DataError(f"data: expected an array, Images, Points or a density, got {name}")
    try:
        array = np.asarray(data)
    except Exception as problem:  # a list of unequal rows, an array on a GPU, a tensor that records
        advice = "; an array with its labels is Labelled(X, y)" if isinstance(data, tuple) and len(data) == 2 else ""
        raise DataError(f"data: expected a NumPy array, got {type(data).__name__}: {problem}{advice}") from problem
    if np.ma.is_masked(data):
        raise DataError("data: expected an array without masked elements; fill or drop them")
    return array


def _single(array: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):  # an overflow becomes infinite, which is an error later
        single = array.astype(np.float32, copy=False)
    if array.dtype.kind in "iu" and (
        ((array > _EXACT) | (array < -_EXACT)).any() or (single.astype(float) != array).any()
    ):
        raise DataError(
            "data: expected whole numbers that float32 holds exactly, as it does all up to 2**24, "
            f"got some from {array.min()} to {array.max()}; scale them first"
        )
    return single
