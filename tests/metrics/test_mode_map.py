"""Which modes a translation takes to which, by hand."""

import numpy as np
import pytest

from tinygan.data import Ring
from tinygan.errors import ShapeMismatch
from tinygan.metrics import mode_map, reached_modes, shared_modes

FIVE, TEN = Ring(5, std=0.05), Ring(10, std=0.05)


def points(ring, modes):
    return ring.centres[np.asarray(modes)]


def test_each_mode_has_its_shares():
    """Of mode 0 half go to modes 0 and 1 each, of mode 1 all to mode 1, of mode 2 none to any mode."""
    given = points(FIVE, [0, 0, 1, 1, 1, 2])
    made = np.concatenate([points(TEN, [0, 1, 1, 1, 1]), np.zeros((1, 2))])
    table = mode_map(given, made, FIVE.components, TEN.components)
    expected = np.zeros((5, 10))
    expected[0, :2], expected[1, 1] = 0.5, 1.0
    np.testing.assert_array_equal(table, expected)
    assert (reached_modes(table), shared_modes(table)) == (2, 1)


@pytest.mark.parametrize(("distance", "share"), [(2.9, 1.0), (3.1, 0.0)])
def test_a_mode_ends_at_three_standard_deviations(distance, share):
    made = points(TEN, [3]) + np.array([[distance * 0.05, 0.0]])
    table = mode_map(points(FIVE, [4]), made, FIVE.components, TEN.components)
    assert table[4, 3] == share
    assert table.sum() == share


def test_a_twentieth_counts():
    table = np.zeros((5, 10))
    table[0, 0], table[1, 0], table[2, 1], table[3, 1] = 0.5, 0.04, 0.05, 0.9
    assert (reached_modes(table), shared_modes(table)) == (2, 1)


def test_splitting_every_mode_in_two_is_one_to_one():
    """As 5 modes can reach 10."""
    given = np.repeat(points(FIVE, range(5)), 2, axis=0)
    table = mode_map(given, points(TEN, range(10)), FIVE.components, TEN.components)
    assert (reached_modes(table), shared_modes(table)) == (10, 0)
    back = mode_map(points(TEN, range(10)), given, TEN.components, FIVE.components)
    assert (reached_modes(back), shared_modes(back)) == (5, 5)


def test_other_shapes_are_one_line():
    with pytest.raises(ShapeMismatch, match=r"^modes: expected points \(n, d\)"):
        mode_map(np.zeros((3, 2)), np.zeros((3, 1)), FIVE.components, TEN.components)
