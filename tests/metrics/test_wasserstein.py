"""The exact Wasserstein-1 distance: closed forms, all permutations, SciPy on the line, a distance's laws."""

import itertools

import numpy as np
import pytest
from scipy.stats import ortho_group, wasserstein_distance

from tinygan.errors import ShapeMismatch
from tinygan.metrics import wasserstein1


def points(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("d", [1, 2, 7])
def test_a_shift_costs_its_length(d):
    x, shift = points(40, d), points(d, seed=1)
    shifted = np.random.default_rng(2).permutation(x + shift)
    assert wasserstein1(x, shifted) == pytest.approx(np.linalg.norm(shift), rel=1e-12)


def test_the_cheapest_of_all_pairings():
    x, y = points(6, 3), points(6, 3, seed=1)
    costs = [np.linalg.norm(x - y[list(order)], axis=1).mean() for order in itertools.permutations(range(6))]
    assert wasserstein1(x, y) == pytest.approx(min(costs), rel=1e-12)
    assert min(costs) < np.linalg.norm(x - y, axis=1).mean()  # not the pairing that they come in


def test_on_the_line_sorting_is_the_assignment():
    x, y = points(200), points(200, seed=1) ** 3
    on_the_plane = [np.stack([values, np.full(200, 5.0)], axis=1) for values in (x, y)]
    assert wasserstein1(x, y) == pytest.approx(wasserstein1(*on_the_plane), rel=1e-12)
    assert wasserstein1(x, y) == pytest.approx(wasserstein_distance(x, y), rel=1e-12)
    assert wasserstein1(x[:, None], y[:, None]) == wasserstein1(x, y)


def test_images_are_flattened():
    x, y = points(10, 4, 3, 2), points(10, 4, 3, 2, seed=1)
    assert wasserstein1(x, y) == wasserstein1(x.reshape(10, 24), y.reshape(10, 24))
    ones = np.ones((10, 4, 3, 2))
    assert wasserstein1(ones, -ones) == pytest.approx(2 * np.sqrt(24), rel=1e-14)


@pytest.mark.parametrize("d", [1, 3])
def test_it_is_a_distance(d):
    x, y, z = (points(30, d, seed=seed) for seed in range(3))
    assert wasserstein1(x, x[::-1]) == 0
    assert wasserstein1(x, y) == pytest.approx(wasserstein1(y, x), rel=1e-12)
    assert 0 < wasserstein1(x, z) <= wasserstein1(x, y) + wasserstein1(y, z)


def test_it_follows_rotation_and_scale():
    x, y, turn = points(30, 4), points(30, 4, seed=1), ortho_group.rvs(4, random_state=3)
    assert wasserstein1(x @ turn + 7, y @ turn + 7) == pytest.approx(wasserstein1(x, y), rel=1e-12)
    assert wasserstein1(-3 * x, -3 * y) == pytest.approx(3 * wasserstein1(x, y), rel=1e-12)


def test_bytes_do_not_wrap_around():
    assert wasserstein1(np.array([0, 1], np.uint8), np.array([255, 255], np.uint8)) == 254.5


@pytest.mark.parametrize("d", [1, 2])
def test_on_every_device(device, d):
    x, y = (points(8, d, seed=seed).astype(np.float32) for seed in range(2))
    found = wasserstein1(device.asarray(x), device.asarray(y))
    assert found == wasserstein1(x, y)
    assert type(found) is float


@pytest.mark.parametrize(("one", "other"), [((5, 2), (4, 2)), ((5, 2), (5, 3)), ((5, 2, 2), (5, 4)), ((0, 2), (0, 2))])
def test_sets_that_cannot_be_paired_are_refused_in_one_line(one, other):
    with pytest.raises(ShapeMismatch, match="as many points in both") as error:
        wasserstein1(np.zeros(one), np.zeros(other))
    assert str(one) in str(error.value)
    assert str(other) in str(error.value)
    assert "\n" not in str(error.value)
