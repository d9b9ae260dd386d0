"""Sharpness of images: the mean length of the gradient, which blur lowers."""

from typing import Any

import numpy as np

from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch


def sharpness(images: Any) -> float:
    """The mean of sqrt(dx^2 + dy^2) over all pixels that have a neighbour to the right and one below, and all channels.

    dx and dy are the differences to these neighbours.   images: floats (n, H, W, C), from -1 to 1.
    Noise is sharper than any image, so more is not better: read it beside the sharpness of true images.
    Raises ShapeMismatch if there is no such pixel.

    >>> step = np.array([[-1, -1, 1], [-1, -1, 1]]).reshape(1, 2, 3, 1)  # two pixels count, one of them at the step
    >>> sharpness(step)
    1.0
    """
    x = np.asarray(to_host(images), np.float64)
    if x.ndim != 4 or min(x.shape) < 1 or min(x.shape[1:3]) < 2:
        raise ShapeMismatch(f"sharpness: expected images (n, H, W, C) of at least 2 x 2 pixels, got {x.shape}")
    across, down = x[:, :-1, 1:] - x[:, :-1, :-1], x[:, 1:, :-1] - x[:, :-1, :-1]
    return float(np.hypot(across, down).mean())
