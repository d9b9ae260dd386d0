"""Captured modes, high-quality samples and the reverse KL over the modes, counted by hand."""

import math

import numpy as np
import pytest

from tinygan.errors import ShapeMismatch
from tinygan.metrics import Modes, modes

CENTRES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])


def test_by_hand():
    points = [[0.1, 0], [0, 0.2], [10, 0.3], [5, 5], [0, 9]]
    # within 3 * 0.1: the first two of mode 0; 10, 0.3 of mode 1 just so; the others of none
    found = modes(points, CENTRES, std=0.1 + 1e-12)
    assert found[:3] == (2, 3, 3 / 5)
    # q = (2/3, 1/3, 0), p = 1/3 each
    assert found.reverse_kl == pytest.approx(2 / 3 * math.log(2), rel=1e-14)


def test_three_deviations_are_the_edge():
    assert modes([[0.75, 0.0]], CENTRES, std=0.25).captured == 1
    assert modes([[0.7501, 0.0]], CENTRES, std=0.25).captured == 0
    assert modes([[0.5, 0.5]], CENTRES, std=0.25).captured == 1  # 0.707: the distance is Euclidean
    assert modes([[0.6, 0.6]], CENTRES, std=0.25).captured == 0


def test_collapse_and_cover():
    assert modes([CENTRES[1]] * 100, CENTRES, 0.1) == Modes(1, 3, 1.0, pytest.approx(math.log(3), rel=1e-14))
    assert modes(CENTRES, CENTRES, 0.1) == Modes(3, 3, 1.0, 0.0)
    assert modes(CENTRES + 5, CENTRES, 0.1) == Modes(0, 3, 0.0, math.inf)


@pytest.mark.parametrize(("reached", "total"), [(1, 8), (6, 8), (17, 25), (25, 25)])
def test_some_modes_evenly_cost_the_logarithm_of_the_share(reached, total):
    centres = np.arange(total, dtype=np.float64)[:, None]
    assert modes(centres[:reached], centres, 0.01).reverse_kl == pytest.approx(math.log(total / reached), abs=1e-14)


def test_it_is_kl_of_the_samples_against_the_data():
    centres, points = [[0.0], [1.0]], [[0.0], [0.0], [0.0], [1.0]]
    # q = (3/4, 1/4), p = (1/2, 1/2); the other way round it would be 0.1438
    assert modes(points, centres, 0.1).reverse_kl == pytest.approx(0.130812, abs=1e-6)


def test_only_samples_of_high_quality_count():
    centres = [[0.0], [1.0]]
    assert modes([[0.0], [1.0], [0.4], [0.4], [-9.0]], centres, 0.1).reverse_kl == 0


def test_the_data_may_have_modes_of_unequal_weights():
    centres, points = [[0.0], [1.0]], [[0.0], [1.0], [1.0], [1.0]]
    assert modes(points, centres, 0.1, weights=[0.25, 0.75]).reverse_kl == 0
    assert modes(points, centres, 0.1, weights=(1, 3)).reverse_kl == 0
    assert modes(points, centres, 0.1, weights=[0.75, 0.25]).reverse_kl == pytest.approx(0.5 * math.log(3), rel=1e-14)
    assert modes(points, centres, 0.1, weights=[0.0, 1.0]).reverse_kl == math.inf  # where the data never are
    assert modes(points[1:], centres, 0.1, weights=[0.0, 1.0]).reverse_kl == 0


def test_nearest_is_counted_in_deviations():
    # 0.4 is 4 standard deviations from the narrow mode at 0 and 0.6 from the wide one at 1
    assert modes([[0.4]], [[0.0], [1.0]], [0.1, 1.0], weights=[0.0, 1.0]) == Modes(1, 2, 1.0, 0.0)


def test_rounding_makes_no_negative_kl():
    weights = np.array([1, 1, 3]) * 0.1  # 3 * 0.1 is not 0.3, and the sum of the terms -1e-16
    assert modes(np.repeat(CENTRES, [1, 1, 3], axis=0), CENTRES, 0.1, weights).reverse_kl == 0


def test_a_sample_near_two_modes_captures_both_and_counts_once():
    assert modes([[0.4]], [[0.0], [1.0]], std=1.0) == Modes(2, 2, 1.0, pytest.approx(math.log(2), rel=1e-14))


def test_values_are_plain_numbers_from_every_device(device):
    found = modes(device.asarray(CENTRES.astype(np.float32)), CENTRES, 0.1)
    assert [type(value) for value in found] == [int, int, float, float]
    assert type(modes(device.asarray(CENTRES + 5), CENTRES, 0.1).reverse_kl) is float


@pytest.mark.parametrize("shape", [(4, 3), (4, 1), (4,), (0, 2)])
def test_points_of_another_shape_are_refused(shape):
    with pytest.raises(ShapeMismatch, match=r"^modes: expected points"):
        modes(np.zeros(shape), CENTRES, 0.1)


def test_a_weight_too_few_is_refused():
    with pytest.raises(ShapeMismatch, match="weight for each of 3 modes, got \\(1,\\)"):
        modes(CENTRES, CENTRES, 0.1, weights=[1.0])
