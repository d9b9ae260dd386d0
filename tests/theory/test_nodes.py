"""The sums over common points are those of the adaptive quadrature, and of the formulas on probabilities."""

import math

import numpy as np
import pytest

from tinygan import functional as F
from tinygan.data import Gaussian, Mixture, Normal
from tinygan.data.noise import Uniform
from tinygan.theory import (
    Nodes,
    Pushforward,
    Raster,
    criterion,
    jensen_shannon,
    optimal_probabilities,
    value,
    wasserstein1,
)

P, Q = Mixture(), Pushforward(lambda z: z * (1 + z * z / 4) + 1, Normal(1))


def logit(x):
    return 1 - np.reshape(x, -1) / 3


@pytest.fixture(scope="module")
def found():
    return Nodes.on_line(P, Q)


def test_on_the_line_they_are_those_of_the_quadrature(found):
    both, distance = found
    assert both.jensen_shannon() == pytest.approx(jensen_shannon(P, Q).value, abs=1e-7)
    assert distance == pytest.approx(wasserstein1(P, Q).value, abs=1e-3)  # |F_p - F_g| has kinks
    expected = criterion(P, Q).value - value(logit, P, Q).value
    assert both.gap(logit(both.x)) == pytest.approx(expected, abs=1e-6)
    assert expected > 0.1


def test_a_uniform_prior_loses_nothing_at_its_ends():
    p_g = Pushforward(lambda z: 3 * z, Uniform(1))
    both, _ = Nodes.on_line(Gaussian(0.0, 1.0), p_g)
    assert both.weights @ np.exp(both.log_q) == pytest.approx(1, abs=1e-12)
    assert both.jensen_shannon() == pytest.approx(jensen_shannon(Gaussian(0.0, 1.0), p_g).value, abs=1e-9)


def test_the_optimal_d_has_no_gap_and_one_half_has_twice_js(found):
    both, _ = found
    assert both.gap(both.logit) == 0
    assert both.distances(both.logit) == (0, 0)
    assert both.gap(np.zeros(len(both.x))) == pytest.approx(2 * both.jensen_shannon(), rel=1e-12)  # V = -log 4


def test_on_a_raster_they_are_sums_over_its_boxes():
    raster = Raster(np.array([0.0]), np.array([4.0]), (4,))
    p, q = np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.0, 0.25, 0.5, 0.25])
    both = Nodes.on_raster(raster, p, q)
    np.testing.assert_allclose(both.optimal, optimal_probabilities(p, q))
    assert both.jensen_shannon() == pytest.approx(jensen_shannon(p, q).value)
    one_half = both.distances(np.zeros(4))
    assert one_half == pytest.approx((0.5 * 0.5 + 0.25 * (0.5 - 1 / 3), 0.25 * 0.5 + 0.5 * (0.5 - 1 / 3)))
    logits = np.array([1.0, 0.5, -0.5, -1.0])
    best = sum(a * math.log(a / (a + b)) for a, b in zip([*p, *q], [*q, *p], strict=True) if a)
    here = -p @ np.logaddexp(0, -logits) - q @ np.logaddexp(0, logits)
    assert both.gap(logits) == pytest.approx(best - here)


def test_a_d_that_is_certain_and_right_has_a_finite_gap():
    both = Nodes.on_raster(Raster(np.array([0.0]), np.array([2.0]), (2,)), np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    assert both.gap(np.array([1e4, -1e4])) == 0
    assert both.gap(np.array([0.0, 0.0])) == pytest.approx(math.log(4))
    assert both.optimal.tolist() == [1, 0]


def test_one_gaussian_against_itself():
    both, distance = Nodes.on_line(Gaussian(0.0, 1.0), Pushforward(lambda z: z, Normal(1)))
    assert (both.jensen_shannon(), distance) == pytest.approx((0, 0), abs=1e-12)


def test_a_wide_part_of_low_density_counts():
    p, q = Mixture((0.0, 1000.0), (1.0, 100.0), (0.99, 0.01)), Pushforward(lambda z: 0.1 * z, Uniform(1))
    found, _ = Nodes.on_line(p, q)
    assert found.jensen_shannon() == pytest.approx(jensen_shannon(p, q).value, abs=1e-9)


def test_a_bend_of_g_has_breaks_of_its_own():
    p, q = Gaussian(0.5, 1.0), Pushforward(lambda z: F.softplus(120 * z) / 20 + 0.01 * z, Normal(1))
    assert Nodes.on_line(p, q)[0].jensen_shannon() == pytest.approx(jensen_shannon(p, q).value, abs=1e-6)
