"""The classical augmentation: random shifts and rotations of images on the host."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

PIXELS, DEGREES = 2, 15.0  # the largest shift along each axis, and the largest angle to either side


def moved(x: NDArray[Any], rng: np.random.Generator, pixels: int = PIXELS, degrees: float = DEGREES) -> NDArray[Any]:
    """Images (m, H, W, C), each turned around its centre and then shifted, both uniformly at random.

    Values between pixels are interpolated linearly; what comes from outside is black, -1.
    pixels: the largest shift along each axis, a real number.   degrees: the largest angle.
    """
    m = len(x)
    return at_angle(x, np.deg2rad(rng.uniform(-degrees, degrees, m)), rng.uniform(-pixels, pixels, (2, m)))


def at_angle(x: NDArray[Any], angle: NDArray[Any], shift: NDArray[Any]) -> NDArray[Any]:
    """Images (m, H, W, C), turned by angle (m,), in radians from the columns' axis to the rows', and shifted.

    shift: (2, m), the pixels down and to the right.
    """
    m, height, width, _ = x.shape
    centre = np.array([height - 1, width - 1])[:, np.newaxis, np.newaxis, np.newaxis] / 2
    down, right = np.indices((height, width))[:, np.newaxis] - centre - shift[:, :, np.newaxis, np.newaxis]
    cos, sin = np.cos(angle)[:, np.newaxis, np.newaxis], np.sin(angle)[:, np.newaxis, np.newaxis]
    rows, columns = cos * down - sin * right + centre[0], sin * down + cos * right + centre[1]  # in x, (m, H, W)
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    below, beside = (rows - top)[..., np.newaxis], (columns - left)[..., np.newaxis]
    wide = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-1)

    def pixel(row: NDArray[Any], column: NDArray[Any]) -> NDArray[Any]:
        inside = np.clip(row + 1, 0, height + 1), np.clip(column + 1, 0, width + 1)
        return wide[np.arange(m)[:, np.newaxis, np.newaxis], *inside]

    upper = (1 - beside) * pixel(top, left) + beside * pixel(top, left + 1)
    lower = (1 - beside) * pixel(top + 1, left) + beside * pixel(top + 1, left + 1)
    return ((1 - below) * upper + below * lower).astype(x.dtype)
