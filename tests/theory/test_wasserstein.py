"""Wasserstein-1 against closed forms on the line, and the linear program against the assignment."""

import math

import numpy as np
import pytest

from tinygan import metrics
from tinygan.data import Gaussian, Mixture
from tinygan.data.noise import Normal, Uniform
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.theory import discrete_wasserstein1, wasserstein1
from tinygan.theory.wasserstein import lipschitz_critic


@pytest.mark.parametrize(
    ("p", "q", "expected"),
    [
        (Gaussian(0.0, 1.0), Gaussian(-2.5, 1.0), 2.5),  # moved
        (Gaussian(0.0, 1.0), Gaussian(0.0, 3.0), 2 * math.sqrt(2 / math.pi)),  # scaled: 2 E|z|
        (Normal(1), Gaussian(0.0, 1.0), 0),
        (Uniform(1, 0, 1), Uniform(1, 5, 6), 5),
        (Uniform(1, 0, 1), Uniform(1, 0, 3), 1),
        (Mixture((0.0, 10.0), (0.1, 0.1), (0.5, 0.5)), Mixture((0.0, 10.0), (0.1, 0.1), (0.2, 0.8)), 3),
    ],
)
def test_closed_forms_on_the_line(p, q, expected):
    value, error = wasserstein1(p, q)
    assert value == pytest.approx(expected, abs=1e-10)
    assert error < 1e-9


def test_masses_by_hand():
    """Of 0.7 at 0, 0.4 stays and 0.3 goes to 3; the 0.3 at 1 goes 2 to 3."""
    places = [[0.0], [1.0], [3.0]]
    assert discrete_wasserstein1([0.7, 0.3, 0], [0.4, 0, 0.6], places, places) == pytest.approx(0.3 * 3 + 0.3 * 2)


def test_equal_masses_are_an_assignment():
    x, y = np.random.default_rng(0).standard_normal((2, 30, 2))
    equal = np.full(30, 1 / 30)
    assert discrete_wasserstein1(equal, equal, x, y) == pytest.approx(metrics.wasserstein1(x, y), rel=1e-10)


def test_the_best_critic_gains_what_the_best_plan_costs():
    places = np.random.default_rng(0).standard_normal((9, 3))
    p, q = np.random.default_rng(1).dirichlet(np.ones(9), 2)
    f = lipschitz_critic(p, q, places)
    apart = np.linalg.norm(places[:, np.newaxis] - places, axis=2)
    assert (abs(f[:, np.newaxis] - f) <= apart + 1e-9).all()
    assert (p - q) @ f == pytest.approx(discrete_wasserstein1(p, q, places, places), abs=1e-9)
    assert f[0] == 0


def test_as_many_masses_as_places():
    with pytest.raises(ShapeMismatch, match=r"expected p \(n,\), .*got \(2,\), \(1,\), \(1, 1\), \(1, 1\)$"):
        discrete_wasserstein1([0.5, 0.5], [1.0], [[0.0]], [[0.0]])
    with pytest.raises(ShapeMismatch, match=r"expected p \(n,\), .*got \(1,\), \(2,\), \(1, 1\)$"):
        lipschitz_critic([1.0], [0.5, 0.5], [[0.0]])


@pytest.mark.parametrize("p", [[1.0, 0.5], [-1.0, 2.0]])
def test_what_is_no_probability_is_one_line(p):
    places = [[0.0], [2.0]]
    for call in (lambda: discrete_wasserstein1(p, [1.0], places, [[1.0]]), lambda: lipschitz_critic(p, p, places)):
        with pytest.raises(SettingError, match=r"^probabilities are expected, at least 0 and with the sum 1, got \["):
            call()
