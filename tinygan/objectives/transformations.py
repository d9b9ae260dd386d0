"""Random transformations of images, through which D's gradient reaches G; Zhao et al. 2020, section 3 and its code.

A transformation is a function of images and of random numbers, which are drawn on the host, so that a GPU has nothing
to wait for. It is differentiable in the images to any order.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import ShapeMismatch

SHARE_MOVED, SHARE_CUT = 1 / 8, 1 / 2  # of a side: the largest translation, and the side of the square


class Transformation(NamedTuple):
    """A random transformation of images.

    draw(rng, shape): the random numbers for images of `shape` (m, H, W, C): arrays whose first axis has length m.
    apply(x, *numbers): the transformed images.
    """

    draw: Callable[[np.random.Generator, tuple[int, ...]], tuple[NDArray, ...]]
    apply: Callable[..., Array]

    def __call__(self, x: Array, rng: np.random.Generator) -> Array:
        """The images x (m, H, W, C), each transformed with random numbers of its own."""
        asarray = namespace(raw(x)).asarray
        numbers = self.draw(rng, x.shape)
        return self.apply(x, *(asarray(n, dtype=x.dtype if n.dtype.kind == "f" else n.dtype) for n in numbers))


def _draw_color(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[NDArray, ...]:
    """(shift, saturation, contrast), each (m, 1, 1, 1): U(-.5, .5), U(0, 2) and U(.5, 1.5)."""
    m = (shape[0], 1, 1, 1)
    return rng.uniform(-0.5, 0.5, m), rng.uniform(0, 2, m), rng.uniform(0.5, 1.5, m)


def colored(x: Array, shift: Array, saturation: Array, contrast: Array) -> Array:
    """Images with another brightness, saturation and contrast, in this order.

    Brightness adds a number to all pixels. Saturation scales the distance of each pixel from the mean of its channels,
    so it changes no grey image. Contrast scales the distance of each number from the mean of its image.
    """
    x = x + shift
    grey = F.mean(x, axis=3, keepdims=True)
    x = (x - grey) * saturation + grey
    level = F.mean(x, axis=(1, 2, 3), keepdims=True)
    return (x - level) * contrast + level


def _draw_translation(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[NDArray, ...]:
    """(rows, columns), each (m,): whole numbers of pixels, uniform up to an eighth of a side in both directions."""
    m, *sides = shape[:3]
    most = [int(side * SHARE_MOVED + 0.5) for side in sides]
    return tuple(rng.integers(-each, each + 1, m) for each in most)


def _draw_cutout(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[NDArray, ...]:
    """(rows, columns), (m, H, 1, 1) and (m, 1, W, 1): 1 in the rows and the columns of a rectangle of half the sides.

    Its centre is uniform over the image, so that a part of it can be outside.
    """
    bands = []
    for side in shape[1:3]:
        length = int(side * SHARE_CUT + 0.5)
        start = rng.integers(0, side + 1 - length % 2, (shape[0], 1)) - length // 2
        bands.append(((np.arange(side) >= start) & (np.arange(side) < start + length)).astype(float))
    return bands[0][:, :, np.newaxis, np.newaxis], bands[1][:, np.newaxis, :, np.newaxis]


def cut(x: Array, rows: Array, columns: Array) -> Array:
    """Images that are 0 where `rows` and `columns` are both 1."""
    return x * (1 - rows * columns)


TRANSFORMATIONS = {
    "color": Transformation(_draw_color, colored),
    "translation": Transformation(_draw_translation, F.translate),
    "cutout": Transformation(_draw_cutout, cut),
}


def expect_images(name: str, x: Any) -> None:
    """Raises ShapeMismatch unless x has the shape of images."""
    if x.ndim != 4:
        raise ShapeMismatch(f"{name}: images (m, H, W, C) are expected, got {x.shape}; choose data with images")
