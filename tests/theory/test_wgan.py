"""Parallel lines, and the slope of a penalized critic."""

import math

import numpy as np
import pytest

from tinygan import nn
from tinygan.data import Gaussian
from tinygan.objectives import GradientPenalty, Wasserstein
from tinygan.objectives.gradient_penalty import gradient_penalty
from tinygan.optim import adam
from tinygan.theory.inner_loop import in_float64, outputs, quantiles, trained
from tinygan.theory.wgan import critic, discriminator, parallel_lines, penalized_slope, slopes

P, Q = Gaussian(0.0, 1.0), Gaussian(3.0, 1.0)


@pytest.mark.parametrize("theta", [-0.7, 1e-3, 5.0])
def test_lines_apart(theta):
    found = parallel_lines(theta, points=6)
    apart = {"kl": math.inf, "reverse-kl": math.inf, "total-variation": 1, "js": math.log(2)}
    assert found == pytest.approx({**apart, "wasserstein-1": abs(theta)}, abs=1e-9)


def test_one_line():
    assert parallel_lines(0.0, points=6) == dict.fromkeys(
        ("kl", "reverse-kl", "total-variation", "js", "wasserstein-1"), 0
    )


def test_the_penalized_slope_has_the_least_loss_of_all_linear_critics():
    x, fake = quantiles(P, 20), quantiles(Q, 20)
    epsilon = np.random.default_rng(0).random(20)

    def loss(slope):
        def f(x):
            return -slope * x

        return float(Wasserstein().d(f(x), f(fake))) + float(gradient_penalty(f, x, fake, epsilon, 4.0))

    best = penalized_slope(3.0, 4.0)
    assert best == 1.375
    assert loss(best) < min(loss(best - 1e-3), loss(best + 1e-3))


@pytest.mark.parametrize("weight", [2.0, 10.0])
def test_a_trained_critic_has_that_slope(weight):
    f = critic(P, Q, weight, np.random.default_rng(5), steps=150)
    found = slopes(f, np.linspace(0, 3, 13))
    assert found == pytest.approx(-penalized_slope(3.0, weight), rel=0.1)


def test_a_critic_that_starts_with_the_wrong_sign_keeps_it():
    """The penalty has a second minimum, where |f'| is less than 1: no step leads through f' = 0."""
    f = in_float64(nn.Dense(1, 1, np.random.default_rng(0)))
    ends = []
    for slope in (1.0, -1.0):
        game = Wasserstein() + GradientPenalty(10.0, rng=np.random.default_rng(0))
        f = nn.updated(f, {"weight": np.array([[slope]])})
        ends.append(slopes(trained(quantiles(P, 16), quantiles(Q, 16), f, game, adam(0.01), 300), np.zeros(1))[0])
    assert ends == pytest.approx([1 - 3 / 20, -1 - 3 / 20], abs=1e-3)


def test_a_trained_discriminator_is_sure():
    D = discriminator(P, Q, np.random.default_rng(5), steps=150)
    assert outputs(D, [0.0])[0] > 3  # the logit log p / q is 4.5 there
    assert outputs(D, [3.0])[0] < -3
    assert slopes(D, np.array([1.5]))[0] == pytest.approx(-3, abs=1)
