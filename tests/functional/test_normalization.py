"""Normalizations against their papers' formulas, statistic by statistic."""

import numpy as np
import pytest

from tinygan import functional as F
from tinygan.backend import to_host

RNG = np.random.default_rng(0)
IMAGES = 3 * RNG.standard_normal((4, 3, 5, 2)) + 7
SCALE, SHIFT = np.array([2.0, -0.5]), np.array([1.0, 10.0])


def normalized(x, over, epsilon):
    """Each group of entries by itself: over(x) yields views of x, one group each."""
    out = np.empty_like(x)
    for group, target in zip(over(x), over(out), strict=True):
        values = list(group.ravel())
        mean = sum(values) / len(values)
        variance = sum((v - mean) ** 2 for v in values) / len(values)
        target[...] = (group - mean) / (variance + epsilon) ** 0.5
    return out


@pytest.mark.parametrize("epsilon", [1e-5, 0.5])
def test_batch_norm_of_images_and_rows(epsilon, device):
    def channels(x):
        return [x[..., c] for c in range(x.shape[-1])]

    for x in (IMAGES, IMAGES.reshape(-1, 2)):
        got = F.batch_norm(device.asarray(x), device.asarray(SCALE), device.asarray(SHIFT), epsilon)
        np.testing.assert_allclose(to_host(got), normalized(x, channels, epsilon) * SCALE + SHIFT, rtol=1e-11)


@pytest.mark.parametrize("epsilon", [1e-5, 0.5])
def test_layer_norm(epsilon):
    scale, shift = RNG.standard_normal((2, 5, 2))
    got = F.layer_norm(IMAGES, scale, shift, epsilon)
    rows = [(n, h) for n in range(4) for h in range(3)]
    expected = normalized(IMAGES, lambda x: [x[row] for row in rows], epsilon)
    np.testing.assert_allclose(got, expected * scale + shift, rtol=1e-11)
    got = F.layer_norm(IMAGES, SCALE, SHIFT, epsilon)
    pixels = [(*row, w) for row in rows for w in range(5)]
    expected = normalized(IMAGES, lambda x: [x[pixel] for pixel in pixels], epsilon)
    np.testing.assert_allclose(got, expected * SCALE + SHIFT, rtol=1e-11)


@pytest.mark.parametrize("epsilon", [1e-5, 0.5])
def test_instance_norm(epsilon):
    got = F.instance_norm(IMAGES, SCALE, SHIFT, epsilon)
    expected = normalized(IMAGES, lambda x: [x[n, ..., c] for n in range(4) for c in range(2)], epsilon)
    np.testing.assert_allclose(got, expected * SCALE + SHIFT, rtol=1e-11)


@pytest.mark.parametrize("norm", [F.batch_norm, F.layer_norm, F.instance_norm], ids=lambda f: f.__name__)
def test_epsilon_is_1e_5_by_default(norm):
    one = np.ones(2)
    np.testing.assert_array_equal(norm(IMAGES, one, 0 * one), norm(IMAGES, one, 0 * one, 1e-5))
    assert not np.array_equal(norm(IMAGES, one, 0 * one), norm(IMAGES, one, 0 * one, 1.1e-5))


def test_a_constant_channel_gives_the_shift():
    x = np.full((6, 2), 3.0, np.float32)
    np.testing.assert_array_equal(
        F.batch_norm(x, SCALE.astype(np.float32), SHIFT.astype(np.float32)), np.broadcast_to(SHIFT, (6, 2))
    )


def test_the_two_parts():
    got = F.centred(IMAGES, axes=(0, 3))
    np.testing.assert_allclose(got, IMAGES - np.mean(IMAGES, axis=(0, 3), keepdims=True), rtol=1e-12)
    got = F.inverse_deviation(IMAGES, axes=(1, 2), epsilon=0.1)
    np.testing.assert_allclose(got, (np.mean(IMAGES**2, axis=(1, 2), keepdims=True) + 0.1) ** -0.5, rtol=1e-12)


def test_float32_far_from_zero_keeps_its_precision():
    """The variance is that of the centred numbers, not E[x^2] - E[x]^2."""
    x = (RNG.standard_normal((1000, 1)) + 1000).astype(np.float32)
    u = F.standardize(x, axes=(0,), epsilon=0.0)
    np.testing.assert_allclose(u.std(), 1, rtol=1e-3)
    np.testing.assert_allclose(u.mean(), 0, atol=1e-3)
