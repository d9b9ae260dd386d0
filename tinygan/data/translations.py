"""Translations with known truth: functions that make a pair (a, b) of every image of a data set."""

import colorsys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.data.images import Images
from tinygan.errors import DataError
from tinygan.nn.minibatch import Pair

Pixels = NDArray[np.float32]  # (m, H, W, C) in [-1, 1]
_LOST, _NEITHER = Pair(None, None), Pair(False, False)


@dataclass(frozen=True)
class Translation:
    """A translation of a to b.

    words: a and b in words.   pair: makes Pair(a, b) of images (m, H, W, C) and the colours of their classes (m, 3), or
    None without labels.   back: for each domain the function that gives the image back which an a or a b was made of;
    None if it is lost.   by_class: for each domain whether its images have the colours of their classes.
    """

    name: str
    words: str
    pair: Callable[[Pixels, Any], Pair]
    back: Pair = _LOST
    by_class: Pair = _NEITHER
    reverse: "Translation | None" = None

    def reversed(self) -> "Translation":
        """The translation of b to a."""
        return self.reverse or Translation(
            f"{self.name}, b to a",
            f"{self.words}, b to a",
            lambda x, colours: _swapped(self.pair(x, colours)),
            _swapped(self.back),
            _swapped(self.by_class),
            reverse=self,
        )


def _swapped(pair: Pair) -> Pair:
    return Pair(pair.b, pair.a)


def palette(classes: int) -> NDArray[np.float32]:
    """A colour for each class, RGB in [0, 1], float32 (classes, 3): hues at equal distances, from red on.

    >>> palette(3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    colours = [colorsys.hsv_to_rgb(i / max(classes, 1), 1.0, 1.0) for i in range(classes)]
    return np.round(np.array(colours, np.float32).reshape(classes, 3), 6)


def edges(x: Pixels) -> Pixels:
    """The length of Sobel's gradient of the grey image, (m, H, W, 1), from -1 where the image is flat to 1 at a step.

    A step from black to white between two columns has the length 4 of the masks [1, 2, 1] x [-1, 0, 1], which gives 1.
    """
    grey = np.pad((grey_of(x)[..., 0] + 1) / 2, ((0, 0), (1, 1), (1, 1)), mode="edge")
    down = grey[:, :-2] + 2 * grey[:, 1:-1] + grey[:, 2:]  # [1, 2, 1] along the columns
    across = grey[:, :, :-2] + 2 * grey[:, :, 1:-1] + grey[:, :, 2:]
    length = np.hypot(down[:, :, 2:] - down[:, :, :-2], across[:, 2:] - across[:, :-2])
    return np.minimum(length / 2 - 1, 1)[..., np.newaxis]


def grey_of(x: Pixels) -> Pixels:
    """The mean of the channels, (m, H, W, 1)."""
    return x.mean(axis=3, keepdims=True, dtype=np.float32)


def brightest(x: Pixels) -> Pixels:
    """The largest of the channels, (m, H, W, 1): a grey image that was coloured, as it was."""
    return x.max(axis=3, keepdims=True)


def _coloured(x: Pixels, colours: Any) -> Pair:
    """Grey images with three channels, and the same in the colours of their classes."""
    if colours is None:
        raise DataError("grey images are coloured by class, but these have no labels")
    light = (x + 1) / 2 * colours[:, np.newaxis, np.newaxis]
    return Pair(np.repeat(x, 3, axis=3), 2 * light - 1)


def _halves(x: Pixels, _: Any) -> Pair:
    if x.shape[2] % 2:
        raise DataError(f"two images side by side have an even width, got {x.shape[2]} pixels")
    middle = x.shape[2] // 2
    return Pair(x[:, :, :middle], x[:, :, middle:])


TRANSLATIONS = {
    each.name: each
    for each in (
        Translation("edges", "edges (Sobel) to images", lambda x, _: Pair(edges(x), x), Pair(None, np.asarray)),
        Translation("inverted", "images to inverted ones", lambda x, _: Pair(x, -x), Pair(np.asarray, np.negative)),
        Translation(
            "rotated",
            "images to those turned left",
            lambda x, _: Pair(x, np.rot90(x, axes=(1, 2))),
            Pair(np.asarray, lambda b: np.rot90(b, -1, axes=(1, 2))),
        ),
        Translation(
            "coloured", "grey to colour; grey sets: the class's", _coloured, Pair(grey_of, brightest), Pair(False, True)
        ),
    )
}
SIDE_BY_SIDE = Translation("side by side", "the left halves to the right ones", _halves)
_OF_COLOUR = Translation(
    "coloured",
    "grey to colour",
    lambda x, _: Pair(np.repeat(grey_of(x), 3, axis=3), x),
    Pair(None, np.asarray),
)


def translation_of(name: str, images: Images) -> Translation:
    """The translation `name` for these images; "coloured" is another for images that have colours already."""
    return _OF_COLOUR if name == "coloured" and images.shape[2] == 3 else TRANSLATIONS[name]
