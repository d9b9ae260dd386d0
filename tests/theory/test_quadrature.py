"""Integrals against closed forms; the estimated error covers the true one."""

import math

import numpy as np
import pytest

from tinygan.theory.quadrature import Integral, boxes, integral, merged

LINE = [np.array([-1.0, 0.5, 2.0])]


def between(*breaks):
    return boxes([np.asarray(axis, float) for axis in breaks])


@pytest.mark.parametrize(
    ("f", "breaks", "expected"),
    [
        (lambda x: x[:, 0] ** 15, [[-1, 0.5, 2]], (2**16 - 1) / 16),
        (lambda x: np.exp(-(x[:, 0] ** 2) / 2), [[-40, 40]], math.sqrt(2 * math.pi)),
        (lambda x: np.cos(50 * x[:, 0]), [[0, 1]], math.sin(50) / 50),
        (lambda x: abs(x[:, 0] - 1 / 3), [[0, 1]], 5 / 18),  # a kink
        (lambda x: np.sqrt(x[:, 0]), [[0, 1]], 2 / 3),
        (lambda x: np.log(x[:, 0]), [[0, 1]], -1),
        (lambda x: (x[:, 0] > 1 / 3) * 1.0, [[0, 1]], 2 / 3),  # a jump
        (lambda x: np.exp(-1e4 * (x[:, 0] ** 2 + x[:, 1] ** 2)), [[-1, 0, 1], [-2, 3]], math.pi / 1e4),
        (lambda x: x[:, 0] * x[:, 1] ** 3, [[0, 2], [1, 2]], 2 * 15 / 4),
    ],
)
def test_closed_forms(f, breaks, expected):
    value, error = integral(f, *between(*breaks))
    assert value == pytest.approx(expected, rel=1e-10, abs=1e-10)
    assert error <= 2e-11 * max(1, abs(expected))


@pytest.mark.parametrize("place", [0.72, 0.5123, 0.26])
def test_a_jump_in_the_middle_of_a_box_is_seen(place):
    """Two rules with even numbers of nodes have the same half of the weights on each side of it."""
    value, error = integral(lambda x: (x[:, 0] < place) * 1.0, *between([0, 1]))
    assert value == pytest.approx(place, abs=1e-9)
    assert error < 1e-10


def test_what_is_too_rough_has_its_error_reported():
    """A kink along a circle in the plane: the boxes on it are cut until there are too many."""
    value, error = integral(lambda x: abs(np.hypot(*x.T) - 1), *between([-2, 2], [-2, 2]))
    exact = 4 * 8 / 3 * (math.sqrt(2) + math.asinh(1)) - 16 + 2 * math.pi / 3  # the mean of |x|, and twice the disc
    assert 1e-11 < error < 1e-4
    assert abs(value - exact) < error


def test_a_tolerance_is_met_with_fewer_nodes():
    def counted(x):
        count.append(len(x))
        return abs(x[:, 0] - 1 / 3)

    nodes = []
    for tolerance in (1e-3, 1e-11):
        count = []
        value, error = integral(counted, *between([0, 1]), tolerance)
        assert abs(value - 5 / 18) <= error + 1e-15 < tolerance
        nodes.append(sum(count))
    assert 3 * nodes[0] < nodes[1]


def test_an_infinite_node_makes_it_infinite():
    assert integral(lambda x: np.where(x[:, 0] > 0.5, np.inf, 0.0), *between([0, 1])) == Integral(math.inf)


def test_boxes_of_the_plane_cover_it_once():
    lower, upper = between([0, 1, 3], [-1, 0, 5, 6])
    assert len(lower) == 6
    assert (upper - lower).prod(axis=1).sum() == 3 * 7
    assert (upper > lower).all()


def test_coordinates_that_differ_by_rounding_are_one():
    one, two = [np.array([0.0, 0.3])], [np.array([0.1 + 0.2, 1.0])]
    assert one[0][1] != two[0][0]
    assert merged(one, two)[0].tolist() == [0, 0.3, 1]


def test_the_last_of_the_coordinates_that_differ_by_rounding_is_the_end():
    [axis] = merged([np.array([0.0, 1.0])], [np.array([1e-13, 1 + 1e-13])])
    assert axis[-1] == 1 + 1e-13
