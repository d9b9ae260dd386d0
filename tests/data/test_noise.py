import numpy as np
import pytest

from tinygan.data import Normal, Uniform
from tinygan.errors import ShapeMismatch


@pytest.mark.parametrize("prior", [Normal(3), Uniform(3), Uniform(3, low=0.0, high=1.0)])
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


@pytest.mark.parametrize("prior", [Normal(1), Uniform(1), Uniform(1, low=-0.5, high=3.0)])
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


def test_density_refuses_points_of_another_dimension():
    with pytest.raises(ShapeMismatch, match=r"expected points of shape \(n, 2\), got \(4, 3\)"):
        Normal(2).density(np.zeros((4, 3)))
    with pytest.raises(ShapeMismatch):
        Uniform(2).density(np.zeros(2))


def test_impossible_priors_are_refused(refused):
    with refused("size=0"):
        Normal(0)
    with refused("size=-1"):
        Uniform(-1)
    with refused("low=1.0", "high=1.0"):
        Uniform(2, low=1.0, high=1.0)
