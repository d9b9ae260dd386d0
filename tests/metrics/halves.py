"""Images of two classes that any classifier learns in a moment."""

import numpy as np

from tinygan.data import Images
from tinygan.nn import Labelled


def halves(n, side, seed, channels=1):
    """n images of noise, uint8, with a bright upper half, of class 0, or a bright lower one."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    x = rng.integers(0, 100, (n, side, side, channels), dtype=np.uint8)
    for image, label in zip(x, y, strict=True):
        image[label * (side // 2) :][: side // 2] += 150
    return Labelled(x, y)


def source_of_halves(n, side, seed, channels=1, test=None):
    """The same as a data set.   test: another such set, of the test images."""
    return Images("halves", *halves(n, side, seed, channels), ("upper", "lower"), test=test and (lambda: test))
