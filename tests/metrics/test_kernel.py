"""The kernel distance: worked by hand, plain loops, unbiased, and below 0 at times."""

import numpy as np
import pytest

from tinygan.errors import ShapeMismatch
from tinygan.metrics import kernel_distance


def points(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def test_by_hand():
    """x = 0, 2 and y = 1, 1 on the line: k(0, 2) = 1, k(1, 1) = 8, k(0, 1) = 1, k(2, 1) = 27."""
    assert kernel_distance([[0.0], [2.0]], [[1.0], [1.0]]) == 1 + 8 - 2 * (1 + 1 + 27 + 27) / 4


def test_the_plain_loops():
    x, y = points(5, 3), points(4, 3, seed=1) + 1

    def k(a, b):
        return (sum(a[i] * b[i] for i in range(3)) / 3 + 1) ** 3

    within_x = np.mean([k(x[i], x[j]) for i in range(5) for j in range(5) if i != j])
    within_y = np.mean([k(y[i], y[j]) for i in range(4) for j in range(4) if i != j])
    across = np.mean([k(a, b) for a in x for b in y])
    assert kernel_distance(x, y) == pytest.approx(within_x + within_y - 2 * across, rel=1e-12)


def test_it_is_unbiased_so_it_can_be_negative():
    found = np.array([kernel_distance(points(20, 3, seed=2 * i), points(20, 3, seed=2 * i + 1)) for i in range(400)])
    assert (found < 0).sum() > 100
    assert abs(found.mean()) < 3 * found.std() / 20  # 0 in expectation, however few points


def test_another_mean_is_seen_as_it_is_in_expectation():
    """E k for N(0, 1) and N(a, 1): k = (x y + 1)^3, E x y = E x E y, ... ; by the moments of both."""
    a = 2.0
    moments_x, moments_y = (0, 1, 0), (a, a * a + 1, a**3 + 3 * a)  # of order 1 to 3
    expected = sum(
        weight * (mx - my) ** 2 for weight, mx, my in zip((3, 3, 1), moments_x, moments_y, strict=True)
    )  # MMD^2 of the features sqrt(3) x, sqrt(3) x^2, x^3 of the kernel
    found = [kernel_distance(points(200, 1, seed=2 * i), points(200, 1, seed=2 * i + 1) + a) for i in range(200)]
    assert np.mean(found) == pytest.approx(expected, abs=3 * np.std(found) / np.sqrt(200))


def test_subsets_are_those_of_the_seed_and_have_the_same_expectation():
    x, y = points(300, 2), points(300, 2, seed=1) + 0.5
    whole = kernel_distance(x, y)
    some = kernel_distance(x, y, subsets=50, size=100, seed=3)
    assert some == kernel_distance(x, y, subsets=50, size=100, seed=3)
    assert some != kernel_distance(x, y, subsets=50, size=100, seed=4)
    assert some == pytest.approx(whole, rel=0.2)
    assert kernel_distance(x, y, subsets=1, size=300) == kernel_distance(x, y, subsets=9, size=999, seed=8) == whole


def test_one_point_or_another_width_is_refused():
    for one, other in (((1, 2), (5, 2)), ((5, 3), (5, 2))):
        with pytest.raises(ShapeMismatch, match="kernel_distance: expected two sets of points"):
            kernel_distance(np.zeros(one), np.zeros(other))
