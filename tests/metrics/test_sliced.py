"""The sliced Wasserstein distance: the line, by hand, the closed form of Gaussians, and a distance's laws."""

import numpy as np
import pytest

from tinygan.errors import ShapeMismatch
from tinygan.metrics import sliced_wasserstein, wasserstein1


def points(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def test_on_the_line_it_is_the_sorted_pairing():
    x, y = [0.0, 3.0], [10.0, 1.0]  # gaps 1 and 7
    assert sliced_wasserstein(x, y, p=1) == pytest.approx(4, rel=1e-12)
    assert sliced_wasserstein(x, y) == pytest.approx(5, rel=1e-12)  # ((1 + 49) / 2)^1/2
    x, y = points(50), points(50, seed=1) ** 3
    assert sliced_wasserstein(x, y, p=1) == pytest.approx(wasserstein1(x, y), rel=1e-12)


def test_the_mean_is_of_powers():
    """Two single points a vector v apart: W_p on direction u is |v.u|, and E |v.u|^2 = ||v||^2 / 2 in the plane."""
    x, y = np.zeros((1, 2)), np.array([[3.0, 4.0]])
    assert sliced_wasserstein(x, y, projections=100_000) == pytest.approx(5 / np.sqrt(2), rel=0.005)
    mean_of_w = sliced_wasserstein(x, y, p=1, projections=100_000)  # E |v.u| = 2 ||v|| / pi
    assert mean_of_w == pytest.approx(10 / np.pi, rel=0.005)
    assert mean_of_w < 0.95 * sliced_wasserstein(x, y, projections=100_000)


@pytest.mark.parametrize(("shift", "scale"), [(0.0, 3.0), (2.0, 1.0), (1.0, 2.0)])
def test_the_closed_form_of_gaussians(shift, scale):
    d = 4
    x, y = points(20_000, d), scale * points(20_000, d, seed=1) + shift
    expected = np.sqrt(shift**2 + (scale - 1) ** 2)  # ||m - m'||^2 / d is shift^2
    assert sliced_wasserstein(x, y, projections=400) == pytest.approx(expected, rel=0.05)


def test_it_is_a_distance_and_follows_its_seed():
    x, y, z = (points(30, 3, seed=seed) for seed in range(3))
    assert sliced_wasserstein(x, x[::-1]) == pytest.approx(0, abs=1e-15)  # a product of matrices may round by row
    assert sliced_wasserstein(x, y) == sliced_wasserstein(y, x)
    assert 0 < sliced_wasserstein(x, z) <= sliced_wasserstein(x, y) + sliced_wasserstein(y, z)
    assert sliced_wasserstein(-3 * x, -3 * y) == pytest.approx(3 * sliced_wasserstein(x, y), rel=1e-12)
    assert sliced_wasserstein(x, y, seed=1) == sliced_wasserstein(x, y, seed=1) != sliced_wasserstein(x, y, seed=2)


def test_images_are_flattened(device):
    x, y = (points(6, 4, 4, 1, seed=seed).astype(np.float32) for seed in range(2))
    expected = sliced_wasserstein(x.reshape(6, 16), y.reshape(6, 16))
    assert sliced_wasserstein(device.asarray(x), device.asarray(y)) == expected


def test_sets_of_two_sizes_are_refused():
    with pytest.raises(ShapeMismatch, match="sliced_wasserstein: expected as many points in both"):
        sliced_wasserstein(np.zeros((4, 2)), np.zeros((5, 2)))
