"""The Frechet distance: worked by hand, closed forms of Gaussians, and a distance's laws."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.stats import ortho_group

from tinygan.errors import ShapeMismatch
from tinygan.metrics import frechet


def points(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def with_moments(mean, covariance, seed=0, n=50):
    """n points whose mean and covariance, with n - 1, are exactly these."""
    x = points(n, len(mean), seed=seed)
    x -= x.mean(axis=0)
    whitened = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x, rowvar=False))).T
    return whitened @ np.linalg.cholesky(np.asarray(covariance, float)).T + mean


def test_by_hand_in_the_plane():
    """Means (0, 0) and (3, 0). Covariances diag(8, 2) and diag(2, 8): each of 4 points, divided by 3."""
    cross = np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    x = cross * np.sqrt([12, 3])  # variances 2 * 12 / 3 = 8 and 2
    y = cross * np.sqrt([3, 12]) + [3, 0]
    # ||m - m'||^2 = 9; tr = 8 + 2 + 2 + 8 - 2 (4 + 4) = 4
    assert frechet(x, y) == pytest.approx(9 + 4, rel=1e-12)


def test_on_the_line_it_is_of_means_and_standard_deviations():
    x, y = points(40), 3 * points(60, seed=1) + 5
    expected = (x.mean() - y.mean()) ** 2 + (x.std(ddof=1) - y.std(ddof=1)) ** 2
    assert frechet(x, y) == pytest.approx(expected, rel=1e-12)
    assert frechet(x[:, None], y[:, None]) == frechet(x, y)


@pytest.mark.parametrize("d", [2, 5, 12])
def test_covariances_that_do_not_commute(d):
    S, T = (a @ a.T + np.eye(d) for a in (points(d, d, seed=1), points(d, d, seed=2)))
    m, n = points(d, seed=3), points(d, seed=4)
    expected = ((m - n) ** 2).sum() + np.trace(S + T - 2 * sqrtm(S @ T).real)
    assert frechet(with_moments(m, S), with_moments(n, T, seed=7)) == pytest.approx(expected, rel=1e-9)


def test_equal_points_are_at_0_and_a_shift_costs_its_square():
    x = points(30, 6)
    assert frechet(x, x[::-1]) == pytest.approx(0, abs=1e-12)
    assert frechet(x, x + np.arange(6)) == pytest.approx(55, rel=1e-12)  # 0 + 1 + 4 + 9 + 16 + 25


def test_it_is_symmetric_and_follows_rotation_and_scale():
    x, y, turn = points(30, 4), points(25, 4, seed=1) ** 3, ortho_group.rvs(4, random_state=3)
    assert frechet(x, y) == pytest.approx(frechet(y, x), rel=1e-10)
    assert frechet(x @ turn + 7, y @ turn + 7) == pytest.approx(frechet(x, y), rel=1e-10)
    assert frechet(-3 * x, -3 * y) == pytest.approx(9 * frechet(x, y), rel=1e-10)


def test_fewer_points_than_dimensions_give_a_finite_number():
    """Covariances without an inverse, for which the root of S S' can become complex."""
    x, y = points(5, 40), points(6, 40, seed=1)
    assert 0 < frechet(x, y) < 200
    assert frechet(x, x) == pytest.approx(0, abs=1e-6)


def test_float32_is_computed_in_float64(device):
    x, y = (points(40, 3, seed=seed).astype(np.float32) + 1000 for seed in range(2))
    found = frechet(device.asarray(x), device.asarray(y))
    assert found == frechet(x.astype(np.float64), y.astype(np.float64))
    assert type(found) is float


@pytest.mark.parametrize(("one", "other"), [((5, 2), (5, 3)), ((1, 2), (5, 2)), ((5,), (5, 2)), ((), ())])
def test_sets_that_do_not_fit_are_refused_in_one_line(one, other):
    with pytest.raises(
        ShapeMismatch, match=r"^frechet: expected two sets of points, all of one shape and at least 2; g"
    ):
        frechet(np.zeros(one), np.zeros(other))
