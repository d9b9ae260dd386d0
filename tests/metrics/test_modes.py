"""Captured modes and high-quality samples, counted by hand."""

import numpy as np
import pytest

from tinygan.metrics import Modes, modes

CENTRES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])


def test_by_hand():
    points = [[0.1, 0], [0, 0.2], [10, 0.3], [5, 5], [0, 9]]
    # within 3 * 0.1: the first two of mode 0; 10, 0.3 of mode 1 just so; the others of none
    assert modes(points, CENTRES, deviation=0.1 + 1e-12) == Modes(captured=2, total=3, high_quality=3 / 5)


def test_three_deviations_are_the_edge():
    assert modes([[0.75, 0.0]], CENTRES, deviation=0.25).captured == 1
    assert modes([[0.7501, 0.0]], CENTRES, deviation=0.25).captured == 0
    assert modes([[0.5, 0.5]], CENTRES, deviation=0.25).captured == 1  # 0.707: the distance is Euclidean
    assert modes([[0.6, 0.6]], CENTRES, deviation=0.25).captured == 0


def test_collapse_and_cover():
    assert modes([CENTRES[1]] * 100, CENTRES, 0.1) == Modes(1, 3, 1.0)
    assert modes(CENTRES, CENTRES, 0.1) == Modes(3, 3, 1.0)
    assert modes(CENTRES + 5, CENTRES, 0.1) == Modes(0, 3, 0.0)


def test_a_sample_near_two_modes_counts_once():
    assert modes([[0.5]], [[0.0], [1.0]], deviation=1.0) == Modes(2, 2, 1.0)


def test_values_are_plain_numbers():
    found = modes(CENTRES.astype(np.float32), CENTRES, 0.1)
    assert [type(value) for value in found] == [int, int, float]


def test_points_of_another_dimension_are_refused():
    with pytest.raises(ValueError, match="broadcast"):
        modes(np.zeros((4, 3)), CENTRES, 0.1)
