"""Each initializer's mean, std and bounds against its paper; orthogonality; and the generator decides."""

from math import sqrt

import numpy as np
import pytest

from tinygan import nn
from tinygan.nn.initialize import fans

SHAPES = [(200, 300), (5, 5, 40, 60)]
ALL = [nn.normal(), nn.glorot(), nn.he(), nn.orthogonal(), nn.uniform()]


def drawn(initializer, shape, seed=0):
    return initializer(shape, np.random.default_rng(seed))


def test_fans():
    assert fans((200, 300)) == (200, 300)
    assert fans((3, 4, 5, 6)) == (60, 72)  # a kernel of 3 x 4 = 12 positions: 12 * 5 in, 12 * 6 out


@pytest.mark.parametrize("initializer", ALL)
@pytest.mark.parametrize("shape", SHAPES)
def test_shape_dtype_and_repeatability(initializer, shape):
    weights = drawn(initializer, shape)
    assert (weights.shape, weights.dtype) == (shape, np.float32)
    np.testing.assert_array_equal(weights, drawn(initializer, shape))
    assert not np.array_equal(weights, drawn(initializer, shape, seed=1))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("initializer", "std"),
    [
        (nn.normal(), lambda fan_in, fan_out: 0.02),
        (nn.normal(1.5), lambda fan_in, fan_out: 1.5),
        (nn.glorot(), lambda fan_in, fan_out: sqrt(2 / (fan_in + fan_out))),
        (nn.he(), lambda fan_in, fan_out: sqrt(2 / fan_in)),
        (nn.uniform(), lambda fan_in, fan_out: sqrt(1 / (3 * fan_in))),
        (nn.he(0.2), lambda fan_in, fan_out: sqrt(2 / (1.04 * fan_in))),
    ],
    ids=["normal", "normal 1.5", "glorot", "he", "uniform", "he 0.2"],
)
def test_mean_and_std(initializer, std, shape):
    weights, expected = drawn(initializer, shape).astype(np.float64), std(*fans(shape))
    n = weights.size
    assert abs(weights.mean()) < 5 * expected / sqrt(n)
    assert weights.std() == pytest.approx(expected, rel=5 / sqrt(2 * n))


@pytest.mark.parametrize("shape", SHAPES)
def test_glorot_is_uniform(shape):
    weights = drawn(nn.glorot(), shape)
    bound = sqrt(6 / sum(fans(shape)))
    assert 0.999 * bound < weights.max() <= bound * (1 + 1e-6)
    assert -bound * (1 + 1e-6) <= weights.min() < -0.999 * bound
    quarters, _ = np.histogram(weights, 4, (-bound, bound))
    np.testing.assert_allclose(quarters / weights.size, 0.25, atol=0.01)


@pytest.mark.parametrize("initializer", [nn.normal(), nn.he()])
def test_normal_is_normal(initializer):
    weights = drawn(initializer, SHAPES[0])
    within = np.mean(np.abs(weights) < weights.std())
    assert within == pytest.approx(0.6827, abs=0.01)


@pytest.mark.parametrize("gain", [1.0, 1.4])
@pytest.mark.parametrize("shape", [(30, 20), (20, 30), (20, 20), (3, 3, 4, 8), (1, 1, 4, 8)], ids=str)
def test_orthogonal(shape, gain):
    matrix = drawn(nn.orthogonal(gain), shape).astype(np.float64).reshape(-1, shape[-1])
    product = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(product, gain**2 * np.eye(len(product)), atol=1e-5)


def test_orthogonal_matrices_are_drawn_without_preference():
    """Without the sign correction the corner entry of a QR factor has one sign."""
    corners = [drawn(nn.orthogonal(), (3, 3), seed)[0, 0] for seed in range(200)]
    assert 60 < sum(corner > 0 for corner in corners) < 140
