"""Distributions of a decoder and an encoder against SciPy's, sums over all images, and quadrature."""

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from tinygan import Tensor, grad, nn
from tinygan.backend import to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn import Bernoulli, Gaussian

RNG = np.random.default_rng(0)
MEAN, LOG_VARIANCE, X = RNG.standard_normal((3, 4, 3))
STD = np.exp(LOG_VARIANCE / 2)


def test_the_density_of_a_gaussian(device):
    q = Gaussian(device.asarray(MEAN), device.asarray(LOG_VARIANCE))
    expected = stats.norm.logpdf(X, MEAN, STD).sum(axis=1)
    np.testing.assert_allclose(to_host(q.log_density(device.asarray(X))), expected, rtol=1e-12)


def test_the_density_of_images_with_one_variance():
    mean, x = RNG.standard_normal((2, 2, 3, 4, 1))
    found = Gaussian(mean, np.array([np.log(0.25)])).log_density(x)
    expected = stats.norm.logpdf(x, mean, 0.5).reshape(2, -1).sum(axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_divergence_from_a_standard_normal_is_the_integral():
    found = Gaussian(MEAN, LOG_VARIANCE).divergence()
    for mean, std, kl in zip(MEAN.ravel(), STD.ravel(), found.ravel(), strict=True):

        def integrand(t, mean=mean, std=std):
            return stats.norm.pdf(t, mean, std) * (stats.norm.logpdf(t, mean, std) - stats.norm.logpdf(t))

        expected, _ = integrate.quad(integrand, mean - 12 * std, mean + 12 * std, epsabs=1e-11)
        assert kl == pytest.approx(expected, abs=1e-9)
    assert (Gaussian(np.zeros((2, 3)), np.zeros((2, 3))).divergence() == 0).all()


def test_draws_have_the_mean_and_the_variance():
    epsilon = np.random.default_rng(1).standard_normal((40_000, 4, 3))
    drawn = Gaussian(MEAN, LOG_VARIANCE).at(epsilon)
    np.testing.assert_allclose(drawn.mean(axis=0), MEAN, atol=0.03)
    np.testing.assert_allclose(drawn.var(axis=0), STD**2, rtol=0.03)


def test_a_draw_has_a_gradient_in_the_mean_and_in_the_log_variance():
    mean, log_variance = Tensor(MEAN), Tensor(LOG_VARIANCE)
    of_mean, of_variance = grad(Gaussian(mean, log_variance).at(X).sum(), [mean, log_variance])
    assert (of_mean == 1).all()
    np.testing.assert_allclose(of_variance, STD * X / 2, rtol=1e-12)


def test_the_density_of_the_prior():
    expected = stats.norm.logpdf(X).sum(axis=1)
    np.testing.assert_allclose(nn.standard_normal(X), expected, rtol=1e-12)


def test_the_probabilities_of_all_binary_images_sum_to_1_and_have_the_mean():
    images = np.array(list(itertools.product((-1.0, 1.0), repeat=3)))
    logits = np.array([0.3, -2.0, 5.0])
    p = Bernoulli(np.tile(logits, (8, 1)))
    probabilities = np.exp(p.log_density(images))
    assert probabilities.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(probabilities @ images, p.mean[0], rtol=1e-12)
    by_hand = np.prod(np.where(images > 0, 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(logits))), axis=1)
    np.testing.assert_allclose(probabilities, by_hand, rtol=1e-12)


def test_a_grey_pixel_has_the_cross_entropy_of_its_grey():
    [found] = Bernoulli(np.array([[2.0]])).log_density(np.array([[-0.4]]))  # t = 0.3
    white = 1 / (1 + np.exp(-2.0))
    assert found == pytest.approx(0.3 * np.log(white) + 0.7 * np.log(1 - white), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_are_finite(dtype):
    logits = Tensor(np.array([[1e4, -1e4]], dtype))
    density = Bernoulli(logits).log_density(np.array([[-1.0, 1.0]], dtype))
    assert density.data == pytest.approx(-2e4)
    [slope] = grad(density.sum(), [logits])
    np.testing.assert_array_equal(slope, [[-1, 1]])
    assert slope.dtype == dtype


@pytest.mark.parametrize("log_variance", [-100.0, 100.0])
def test_the_density_at_the_mean_is_finite_for_any_variance(log_variance):
    """exp(100) is no float32."""
    spread = Tensor(np.full((1, 2), log_variance, np.float32))
    density = Gaussian(np.zeros((1, 2), np.float32), spread).log_density(np.zeros((1, 2), np.float32))
    assert density.data == pytest.approx(-log_variance - np.log(2 * np.pi), rel=1e-6)
    np.testing.assert_array_equal(grad(density.sum(), spread), [[-0.5, -0.5]])


def test_features_become_means_and_log_variances():
    q = nn.AsGaussian()(np.arange(8.0).reshape(2, 4))
    np.testing.assert_array_equal(q.mean, [[0, 1], [4, 5]])
    np.testing.assert_array_equal(q.log_variance, [[2, 3], [6, 7]])
    with pytest.raises(ShapeMismatch, match=r"^AsGaussian: expected an even number of features, .* got \(2, 3\)$"):
        nn.AsGaussian()(np.zeros((2, 3)))


def test_a_variance_is_learned_or_not():
    learned, fixed = nn.WithVariance(0.5), nn.WithVariance(0.5, learned=False)
    for layer in (learned, fixed):
        p = nn.frozen(layer)(MEAN)
        np.testing.assert_allclose(np.exp(p.log_variance), 0.25, rtol=1e-6)
        assert p.mean is MEAN
    assert (nn.count(learned), nn.count(fixed)) == (1, 0)
    assert fixed(MEAN.astype(np.float32)).log_variance.dtype == np.float32


@pytest.mark.parametrize("std", [0.0, -1.0, float("nan"), float("inf")])
def test_a_standard_deviation_is_above_0(std):
    with pytest.raises(SettingError, match=r"^WithVariance: std is expected to be a number above 0, got "):
        nn.WithVariance(std)
