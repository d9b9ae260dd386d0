"""p_g in the plane: linear maps, maps with known determinants, folds, and the rasters of all of them."""

import numpy as np
import pytest
from scipy import stats

from tinygan.data import Normal, Ring
from tinygan.data.noise import Uniform
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.theory import Mesh, Raster

ACROSS, SHIFT = np.array([[1.0, 0.5], [-0.3, 0.8]]), np.array([0.2, -0.1])
PLANE = Raster(np.array([-4.0, -4.0]), np.array([4.0, 4.0]), (20, 20))
SAMPLES = 400_000


def linear(z):
    return z @ ACROSS.T + SHIFT


def bent(z):
    """(u, v + u^2): its determinant is 1."""
    return np.stack([z[:, 0], z[:, 1] + z[:, 0] ** 2], axis=1)


def squared(z):
    return np.stack([z[:, 0] ** 2 - z[:, 1] ** 2, 2 * z[:, 0] * z[:, 1]], axis=1)


def folded(z):
    return np.stack([z[:, 0] ** 2, z[:, 1] + z[:, 0] * z[:, 1]], axis=1)


def test_the_density_of_a_linear_map_is_exact():
    known = stats.multivariate_normal(SHIFT, ACROSS @ ACROSS.T)
    x = known.rvs(500, random_state=0)
    p_g = Mesh(linear, Normal(2))
    np.testing.assert_allclose(p_g.density(x), known.pdf(x), rtol=1e-12)
    np.testing.assert_allclose(p_g.log_density(x), known.logpdf(x), rtol=1e-10)
    assert p_g.density([[50.0, 0.0]]).tolist() == [0.0]


@pytest.mark.parametrize(
    "G", [lambda z: z @ np.array([[1.0, 2.0], [2.0, 4.0]]), lambda z: 0 * z], ids=["a line", "a point"]
)
def test_what_has_no_area_has_no_density(G):
    with pytest.raises(SettingError, match=r"^p_g has no density: G maps z of probability 1 to a line or a point"):
        Mesh(G, Normal(2)).density([[0.0, 0.0]])


def test_a_smaller_part_without_an_area_is_left_out():
    p_g = Mesh(lambda z: np.maximum(z, [[-0.5, -np.inf]]), Normal(2))
    x = np.array([[0.5, 0.0], [-1.0, 0.0]])
    np.testing.assert_allclose(p_g.density(x), [Normal(2).density(x)[0], 0.0], rtol=1e-12)


def test_no_points_have_no_densities():
    assert Mesh(linear, Normal(2)).density(np.empty((0, 2))).shape == (0,)


def test_twice_the_steps_divide_the_error_by_four_where_the_determinant_is_constant():
    z = np.random.default_rng(0).standard_normal((2000, 2))
    x, exact = bent(z), Normal(2).density(z)
    errors = [np.mean(abs(Mesh(bent, Normal(2), steps).density(x) - exact)) for steps in (32, 64)]
    assert errors[0] < 1e-3
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.3)


def test_elsewhere_twice_the_steps_halve_the_mean_of_the_error():
    z = np.random.default_rng(0).standard_normal((2000, 2))
    exact = Normal(2).density(z) / (2 * (z**2).sum(axis=1))  # of z^2, for complex z: two preimages, determinant 4 |z|^2
    errors = [abs(Mesh(squared, Normal(2), steps).density(squared(z)) / exact - 1) for steps in (32, 64, 128)]
    means = np.mean(errors, axis=1)
    np.testing.assert_allclose(means[:-1] / means[1:], 2, rtol=0.15)
    assert 0.2 < np.mean(errors[1] > errors[0]) < 0.4  # at single points it grows


def test_every_image_around_a_point_counts():
    """x1 = z1^2 has two preimages; both have their determinant, 2 z1 (1 + z1)."""
    x = np.array([[0.5, 0.3], [2.0, -0.4], [1.5, 0.0]])  # the image of a line of the mesh holds the last
    z1 = np.sqrt(x[:, 0])
    z = [np.stack([u, x[:, 1] / (1 + u)], axis=1) for u in (z1, -z1)]
    known = sum(Normal(2).density(each) / abs(2 * each[:, 0] * (1 + each[:, 0])) for each in z)
    np.testing.assert_allclose(Mesh(folded, Normal(2), 400).density(x), known, rtol=0.02)


def test_a_uniform_square_fills_its_boxes_evenly():
    found = Mesh(lambda z: 2 * z, Uniform(2)).probabilities(Raster(np.array([-3.0, -3]), np.array([3.0, 3]), (6, 6)))
    expected = np.zeros((6, 6))
    expected[1:5, 1:5] = 1 / 16
    np.testing.assert_allclose(found.reshape(6, 6), expected, atol=1e-12)


@pytest.mark.parametrize("G", [linear, bent, folded])
def test_the_raster_is_that_of_many_samples(G):
    p_g = Mesh(G, Normal(2))
    found, counted = p_g.probabilities(PLANE), PLANE.of_samples(p_g.sample(SAMPLES, np.random.default_rng(0)))
    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert abs(found - counted).max() < 5 * np.sqrt(found.max() / SAMPLES)


def test_what_it_cannot_do_is_said():
    with pytest.raises(
        SettingError, match=r"^Mesh: expected the prior Normal\(2\) or Uniform\(2\), got Normal\(size=3\)"
    ):
        Mesh(linear, Normal(3))
    with pytest.raises(ShapeMismatch, match=r"^Mesh: expected a G from \(n, 2\) to \(n, 2\), got \(.*, 1\) for \("):
        Mesh(lambda z: z[:, :1], Normal(2))
    with pytest.raises(SettingError, match=r"^p_g has no density: G\(z\) is not finite$"):
        Mesh(lambda z: np.full(z.shape, np.nan), Normal(2))


def test_a_raster_of_a_density_has_boxes_of_half_its_std():
    source = Ring(std=0.05)
    raster = Raster.around(source)
    assert raster.sides == pytest.approx([0.025, 0.025], rel=0.02)
    p = raster.of_density(source)
    shares = raster.of_samples(source.sample(SAMPLES, np.random.default_rng(0)))
    assert abs(p - shares).max() < 5 * np.sqrt(p.max() / SAMPLES)
    assert raster.place([[-99.0, -99.0], [99.0, 99.0]]).tolist() == [0, raster.size - 1]  # the nearest box


def test_a_point_far_away():
    assert Mesh(lambda z: z + 1e9, Normal(2), 16).density([[1e9, 1e9]]) == pytest.approx(1 / (2 * np.pi), rel=0.2)


def test_a_coarse_mesh_shares_the_probability_of_a_cell_by_the_density_in_it():
    edges = np.concatenate([[-np.inf], np.linspace(-2.5, 2.5, 11), [np.inf]])
    known = np.diff(stats.norm.cdf(edges))
    found = Mesh(lambda z: 1.0 * z, Normal(2), 8).probabilities(Raster(np.full(2, -3.0), np.full(2, 3.0), (12, 12)))
    assert abs(found - np.outer(known, known).ravel()).sum() < 0.035  # 0.045 for equal shares, 0.17 for 4 points
