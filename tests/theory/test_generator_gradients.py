"""Gradients at D*: of 2 JS and of KL - 2 JS, with D* held fixed."""

import numpy as np
import pytest

from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.data import Gaussian, Mixture, Ring
from tinygan.objectives import Minimax, NonSaturating
from tinygan.theory import jensen_shannon, kl
from tinygan.theory.generator_gradients import (
    derivative,
    expected_loss,
    gradient,
    log_mixture,
    minimax,
    non_saturating,
)

CASES = [
    (Gaussian(0.0, 1.0), Gaussian(-1.0, 1.4)),
    (Mixture((-1.0, 2.0), (0.6, 1.0), (0.4, 0.6)), Gaussian(1.0, 0.5)),
]


@pytest.mark.parametrize(("p", "q"), CASES)
def test_the_minimax_gradient_is_that_of_twice_js(p, q):
    expected = derivative(lambda g: 2 * jensen_shannon(p, g).value, q)
    np.testing.assert_allclose(gradient(minimax, p, q), expected, atol=1e-8)


@pytest.mark.parametrize(("p", "q"), CASES)
def test_the_non_saturating_gradient_is_that_of_kl_less_twice_js(p, q):
    expected = derivative(lambda g: kl(g, p).value - 2 * jensen_shannon(p, g).value, q)
    np.testing.assert_allclose(gradient(non_saturating, p, q), expected, atol=1e-8)


def test_the_sum_of_both_is_kl():
    p, q = CASES[0]
    assert expected_loss(minimax, p, q) + expected_loss(non_saturating, p, q) == pytest.approx(
        kl(q, p).value, abs=1e-12
    )
    both = gradient(minimax, p, q) + gradient(non_saturating, p, q)
    np.testing.assert_allclose(both, [-1, 1.4 - 1 / 1.4], atol=1e-10)


def test_g_rests_where_p_g_is_p_data():
    p = Gaussian(0.7, 0.4)
    for loss in (minimax, non_saturating):
        np.testing.assert_allclose(gradient(loss, p, p), 0, atol=1e-12)


def test_the_losses_are_those_of_the_objectives():
    logits = np.linspace(-30, 30, 13)
    assert minimax(logits).mean() == pytest.approx(float(Minimax().g(logits, None)))
    assert non_saturating(logits).mean() == pytest.approx(float(NonSaturating().g(logits, None)))


@pytest.mark.parametrize("p", [CASES[1][0], Ring(std=0.3)], ids=["line", "plane"])
def test_the_log_density_of_arrays_and_of_tensors(p):
    x = np.random.default_rng(0).standard_normal((9, p.shape[0]))
    np.testing.assert_allclose(log_mixture(x, p), p.log_density(x), rtol=1e-12)
    leaf = Tensor(x)
    slope = grad(F.sum(log_mixture(leaf, p)), leaf)
    h = 1e-6 * np.eye(p.shape[0])
    expected = np.stack([(p.log_density(x + each) - p.log_density(x - each)) / 2e-6 for each in h], axis=1)
    np.testing.assert_allclose(slope, expected, rtol=1e-6, atol=1e-6)
