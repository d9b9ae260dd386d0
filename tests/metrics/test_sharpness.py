"""The mean length of the gradient, by hand and under blur."""

import numpy as np
import pytest

from tinygan.errors import ShapeMismatch
from tinygan.metrics import sharpness

RNG = np.random.default_rng(0)


def test_by_hand():
    """A plane that rises by 0.3 to the right and by 0.4 downwards has a gradient of length 0.5 everywhere."""
    down, across = np.mgrid[:4, :5]
    plane = 0.4 * down + 0.3 * across - 1
    images = np.stack([plane, np.zeros((4, 5))])[..., np.newaxis]  # and a flat image
    assert sharpness(images[:1]) == pytest.approx(0.5, rel=1e-12)
    assert sharpness(images) == pytest.approx(0.25, rel=1e-12)
    assert sharpness(np.repeat(images, 3, axis=3)) == pytest.approx(0.25, rel=1e-12)  # the mean over channels
    assert sharpness(np.concatenate([images, -images])) == pytest.approx(0.25, rel=1e-12)  # their mean is flat
    assert sharpness(images[:, ::-1, ::-1]) == pytest.approx(0.25, rel=1e-12)


def test_noise_is_sharper_than_its_blur():
    noise = RNG.uniform(-1, 1, (3, 8, 8, 1)).astype(np.float32)
    blurred = (noise[:, 1:] + noise[:, :-1]) / 2
    assert sharpness(noise) > 1.2 * sharpness(blurred)


@pytest.mark.parametrize("shape", [(2, 8, 8), (2, 1, 8, 1), (2, 8, 1, 1), (0, 8, 8, 1)])
def test_it_needs_neighbours(shape):
    with pytest.raises(ShapeMismatch, match="sharpness: expected images"):
        sharpness(np.zeros(shape))
