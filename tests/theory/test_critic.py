"""The variational bound: tight at f'(p / q), lower elsewhere; and f** = f."""

import numpy as np
import pytest

from tinygan.data import Gaussian, Mixture
from tinygan.data.noise import Uniform
from tinygan.objectives import DIVERGENCES
from tinygan.theory import f_divergence
from tinygan.theory.critic import biconjugate, bound, optimal_output

P, Q = Gaussian(0.0, 1.0), Mixture((-1.0, 2.0), (0.8, 1.0), (0.4, 0.6))
every = pytest.mark.parametrize("name", DIVERGENCES)


@every
def test_the_bound_is_tight_at_the_derivative_of_f_at_the_ratio(name):
    row, best = DIVERGENCES[name], optimal_output(name, P, Q)
    x = np.linspace(-2, 3, 11)
    np.testing.assert_allclose(row.activation(best(x)), row.derivative(P.density(x) / Q.density(x)), rtol=1e-10)
    value, error = bound(name, best, P, Q)
    assert value == pytest.approx(f_divergence(name, P, Q).value, rel=1e-10)
    assert error < 1e-9 * max(1, abs(value))


@pytest.mark.parametrize("name", [name for name in DIVERGENCES if name != "total-variation"])  # its v* is infinite
def test_the_gap_grows_with_the_square_of_the_distance(name):
    best, exact = optimal_output(name, P, Q), f_divergence(name, P, Q).value
    gaps = [exact - bound(name, lambda x, t=t: best(x) + t * np.cos(x[:, 0]), P, Q).value for t in (1e-2, 2e-2)]
    assert gaps[0] > 1e-7
    assert gaps[1] / gaps[0] == pytest.approx(4, rel=0.05)


def test_total_variation_is_lower_with_a_smaller_output():
    best, exact = optimal_output("total-variation", P, Q), f_divergence("total-variation", P, Q).value
    assert bound("total-variation", lambda x: best(x) / 20, P, Q).value == pytest.approx(exact * np.tanh(1), rel=1e-9)


def test_where_one_density_is_next_to_nothing():
    p, q = Gaussian(0.0, 1.0), Gaussian(8.0, 1.0)
    for name in ("kl", "reverse-kl", "js", "squared-hellinger"):
        value = bound(name, optimal_output(name, p, q), p, q).value
        assert value == pytest.approx(f_divergence(name, p, q).value, rel=1e-9), name


@every
def test_the_conjugate_of_the_conjugate_is_f(name):
    for u in (0.02, 0.5, 1.0, 3.0, 40.0):
        assert biconjugate(name, u) == pytest.approx(float(DIVERGENCES[name].f(np.array(u))), abs=1e-9)


def test_where_both_densities_are_0_the_ratio_counts_as_1():
    output = optimal_output("js", Uniform(1, 0, 1), Uniform(1, 2, 3))
    assert output(np.array([[1.5]])).tolist() == [0]
