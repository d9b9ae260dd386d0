import numpy as np
import pytest
from scipy import stats

from tinygan.data import Normal, Truncated, Uniform
from tinygan.errors import ShapeMismatch


@pytest.mark.parametrize("prior", [Normal(3), Truncated(3, 0.5), Uniform(3), Uniform(3, low=0.0, high=1.0)])
def test_sample_is_float32_of_the_asked_shape_and_repeats_with_the_seed(prior):
    z = prior.sample(5, np.random.default_rng(7))
    assert z.dtype == np.float32
    assert z.shape == (5, 3)
    np.testing.assert_array_equal(z, prior.sample(5, np.random.default_rng(7)))
    assert not np.array_equal(z, prior.sample(5, np.random.default_rng(8)))


def test_normal_has_mean_0_and_variance_1(rng):
    z = Normal(2).sample(40_000, rng).astype(np.float64)
    np.testing.assert_allclose(z.mean(0), 0, atol=5 / 200)  # five standard errors
    np.testing.assert_allclose(z.T @ z / len(z), np.eye(2), atol=5 * np.sqrt(2) / 200)


def test_uniform_fills_its_interval_evenly(rng):
    z = Uniform(1, low=2.0, high=5.0).sample(30_000, rng)
    counts, _ = np.histogram(z, bins=10, range=(2, 5))
    assert counts.sum() == 30_000
    assert np.sum((counts - 3000) ** 2 / 3000) < 30  # chi-square of 9 degrees: p = 0.0004


@pytest.mark.parametrize("threshold", [0.04, 0.5, 2.0])
def test_truncated_is_the_normal_where_it_lies_inside(threshold, rng):
    z = Truncated(2, threshold).sample(20_000, rng)
    assert 0.999 * threshold < np.abs(z).max() <= threshold
    share = np.diff(stats.norm.cdf([-threshold, threshold]))
    inside = stats.norm.cdf(z.astype(np.float64)) - stats.norm.cdf(-threshold)
    for coordinate in (inside / share).T:  # uniform on [0, 1], if z has the truncated law
        counts, _ = np.histogram(coordinate, bins=10, range=(0, 1))
        assert np.sum((counts - 2000) ** 2 / 2000) < 30  # chi-square of 9 degrees: p = 0.0004
    assert abs(np.corrcoef(z.T)[0, 1]) < 5 / np.sqrt(20_000)


def test_truncated_so_wide_that_nothing_is_outside_is_the_normal():
    z = Truncated(3, 100.0).sample(50, np.random.default_rng(0))
    np.testing.assert_array_equal(z, Normal(3).sample(50, np.random.default_rng(0)))


@pytest.mark.parametrize(
    "prior", [Normal(1), Truncated(1, 0.5), Truncated(1, 2.0), Uniform(1), Uniform(1, low=-0.5, high=3.0)]
)
def test_density_on_the_line_integrates_to_1_and_takes_flat_points(prior):
    z = np.linspace(-10, 10, 400_001)
    p = prior.density(z)
    assert p.dtype == np.float64
    assert np.trapezoid(p, z) == pytest.approx(1, abs=1e-4)
    np.testing.assert_array_equal(p, prior.density(z[:, np.newaxis]))


def test_density_in_the_plane_is_the_product():
    z = np.array([[0.3, -0.9], [1.5, 0.0]])
    line = Normal(1)
    np.testing.assert_allclose(Normal(2).density(z), line.density(z[:, 0]) * line.density(z[:, 1]), rtol=1e-14)
    np.testing.assert_array_equal(Uniform(2).density(z), [0.25, 0])
    once = Truncated(1, 1.0)
    np.testing.assert_allclose(Truncated(2, 1.0).density(z), once.density(z[:, 0]) * once.density(z[:, 1]), rtol=1e-14)
    np.testing.assert_allclose(once.density([0.3, 1.5]), [stats.norm.pdf(0.3) / 0.6826894921370859, 0], rtol=1e-12)


def test_density_refuses_points_of_another_dimension():
    with pytest.raises(ShapeMismatch, match=r"expected points of shape \(n, 2\), got \(4, 3\)"):
        Normal(2).density(np.zeros((4, 3)))
    with pytest.raises(ShapeMismatch):
        Uniform(2).density(np.zeros(2))


def test_impossible_priors_are_refused(refused):
    with refused("size=0"):
        Normal(0)
    with refused("threshold > 0, got 0.0"):
        Truncated(2, 0.0)
    with refused("got nan"):
        Truncated(2, float("nan"))
    with refused("size=0"):
        Truncated(0, 1.0)
    with refused("size=-1"):
        Uniform(-1)
    with refused("low=1.0", "high=1.0"):
        Uniform(2, low=1.0, high=1.0)
