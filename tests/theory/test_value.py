"""The value function, D* and C(G): proposition 1 and theorem 1 of Goodfellow et al. 2014."""

import math

import numpy as np
import pytest

from tinygan.data import Gaussian, Mixture, Ring
from tinygan.data.noise import Uniform
from tinygan.objectives import Minimax
from tinygan.theory import criterion, jensen_shannon, optimal_logit, optimal_probabilities, value

P, Q = Gaussian(0.3, 1.0), Mixture((-1.0, 1.5), (0.6, 1.0), (0.4, 0.6))


def probability(logit, x):
    return 1 / (1 + np.exp(-logit(x)))


def test_the_optimal_d_is_a_ratio_of_densities():
    x = np.linspace(-4, 4, 101)
    expected = P.density(x) / (P.density(x) + Q.density(x))
    np.testing.assert_allclose(probability(optimal_logit(P, Q), x), expected, rtol=1e-12)


def test_where_one_density_is_0_d_is_certain_and_where_both_are_it_is_one_half():
    logit = optimal_logit(Uniform(1, 0, 1), Uniform(1, 2, 3))
    assert logit(np.array([[0.5], [2.5], [5.0]])).tolist() == [math.inf, -math.inf, 0]
    np.testing.assert_array_equal(optimal_probabilities([0.5, 0.5, 0, 0], [0, 0.25, 0.75, 0]), [1, 2 / 3, 0, 0.5])


@pytest.mark.parametrize("other", [lambda x: 0.3 * np.sin(x), lambda x: -0.2 * x, lambda x: 0.1 + 0 * x])
def test_no_other_d_has_a_larger_value(other):
    """The value falls with the square of the distance: it is a maximum, and a smooth one."""
    best = optimal_logit(P, Q)
    gaps = [
        criterion(P, Q).value - value(lambda x, t=t: best(x) + t * other(x[:, 0]), P, Q).value for t in (1e-2, 2e-2)
    ]
    assert 0 < gaps[0] < 1e-3
    assert gaps[1] / gaps[0] == pytest.approx(4, rel=0.05)


@pytest.mark.parametrize(("p", "q"), [(P, Q), (Q, P), (Ring(std=0.3), Ring(std=0.4))], ids=["line", "back", "plane"])
def test_the_criterion_is_twice_js_minus_log_4(p, q):
    assert criterion(p, q).value == pytest.approx(2 * jensen_shannon(p, q).value - math.log(4), abs=1e-10)


def test_the_ends_of_the_criterion():
    assert criterion(P, P).value == pytest.approx(-math.log(4), abs=1e-11)
    assert criterion(Uniform(1, 0, 1), Uniform(1, 2, 3)).value == 0


def test_the_value_is_the_mean_over_many_samples():
    """Minus the loss of D on 400,000 samples; the error is five standard errors at most."""

    def logit(x):
        return 1.0 - np.reshape(x, -1)

    n, rng = 400_000, np.random.default_rng(0)
    x, y = (logit(each.sample(n, rng).astype(float)) for each in (P, Q))
    spread = math.sqrt((np.var(np.logaddexp(0, -x)) + np.var(np.logaddexp(0, y))) / n)
    assert -float(Minimax().d(x, y)) == pytest.approx(value(logit, P, Q).value, abs=5 * spread)
    assert spread < 0.002
