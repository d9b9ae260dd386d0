"""G's gradient while D is trained: by hand for a linear D, at D* by quadrature, and along one run."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit

from tinygan.objectives import GradientPenalty, Minimax, NonSaturating, Wasserstein
from tinygan.optim import adam
from tinygan.theory.vanishing import POINTS, course, gradient, noisy, noisy_gradient

X = POINTS[:, np.newaxis]


def linear(x):
    """The logit 1 - 2 x."""
    return 1 - 2 * x


def test_the_gradient_through_a_linear_d():
    d = expit(linear(X + 0.5))
    assert gradient(Minimax(), linear, 0.5, X) == pytest.approx(float(np.mean(2 * d)))
    assert gradient(NonSaturating(), linear, 0.5, X) == pytest.approx(float(np.mean(2 * (1 - d))))
    assert gradient(Wasserstein(), linear, 0.5, X) == pytest.approx(2)


def test_with_noise_it_is_the_minimax_gradient_at_the_optimal_d():
    """E_q[-D* l'], with the slope l' of the logit log p / q by differences."""
    p, q, h = noisy(0.0, 0.4), noisy(1.5, 0.4), 1e-4

    def logit(x):
        return (p.log_density([x]) - q.log_density([x]))[0]

    def integrand(x):
        return q.density([x])[0] * -expit(logit(x)) * (logit(x + h) - logit(x - h)) / (2 * h)

    assert quad(integrand, -3, 6, limit=200)[0] == pytest.approx(noisy_gradient(1.5, 0.4), rel=1e-5)


def test_apart_the_minimax_gradient_vanishes_and_the_other_grows():
    found = course([Minimax(), NonSaturating()], 2.0, adam(0.03), 120, np.random.default_rng(3), units=16)
    assert found.shape == (2, 121)
    assert not found[:, 0].any()  # D = 1/2
    minimax, other = found
    assert minimax[-1] < 0.1 * minimax.max()
    assert other[-1] > 2 * other[10]


def test_a_penalized_critic_keeps_its_slope():
    rng = np.random.default_rng(3)
    [found] = course([Wasserstein() + GradientPenalty(10.0, rng=rng)], 1.0, adam(0.03), 120, rng, units=16)
    assert found[-40:] == pytest.approx(1.05, abs=0.05)


def test_copies_repeat_each_point():
    """D sees each of them, and without noise the gradient is that of one copy."""
    seen = []

    class Seen(Minimax):
        def d_loss(self, D, G, x, z):
            seen.append(x[:, 0].tolist())
            return super().d_loss(D, G, x, z)

    once, thrice = (
        course([Seen()], 2.0, adam(0.03), 5, np.random.default_rng(0), units=4, copies=copies) for copies in (1, 3)
    )
    np.testing.assert_allclose(once, thrice, rtol=1e-10)
    assert seen[0] == POINTS.tolist()
    assert seen[-1] == [point for point in POINTS for _ in range(3)]
