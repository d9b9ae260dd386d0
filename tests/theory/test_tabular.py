"""A table of probabilities that descends C(G) with D at its optimum: proposition 2 of Goodfellow et al. 2014."""

import math
from itertools import islice

import numpy as np
import pytest

from tinygan.optim import sgd
from tinygan.theory import jensen_shannon
from tinygan.theory.tabular import descend, second_differences, table_criterion, table_value

DATA = np.array([0.1, 0.4, 0.3, 0.2])


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum()


def test_it_reaches_p_data_and_c_never_rises():
    path = list(islice(descend(DATA, [2.0, -1.0, 0.0, 0.0], sgd(4.0)), 300))
    values = [table_criterion(DATA, p_g) for p_g in path]
    np.testing.assert_allclose(path[0], softmax(np.array([2.0, -1.0, 0.0, 0.0])))
    np.testing.assert_allclose(path[-1], DATA, atol=1e-9)
    assert values[-1] == pytest.approx(-math.log(4), abs=1e-12)
    assert max(np.diff(values)) < 1e-15


def test_a_step_goes_down_the_gradient_of_c_though_d_is_held_fixed():
    """D* maximizes V, so its own dependence on p_g has no part in the first derivative."""
    logits, h = np.array([0.5, -0.3, 0.2, 0.0]), 1e-5
    _, after = islice(descend(DATA, logits, sgd(1.0)), 2)
    ends = [[table_criterion(DATA, softmax(logits + sign * h * e)) for sign in (1, -1)] for e in np.eye(4)]
    expected = logits - [(ahead - behind) / (2 * h) for ahead, behind in ends]
    np.testing.assert_allclose(after, softmax(expected), rtol=1e-8)


def test_the_criterion_is_twice_js_less_log_4():
    other = np.array([0.0, 0.5, 0.0, 0.5])  # a bin without probability
    assert table_criterion(DATA, other) == pytest.approx(2 * jensen_shannon(DATA, other).value - math.log(4))
    assert table_criterion([1.0, 0.0], [0.0, 1.0]) == 0


def test_no_other_d_has_a_larger_value():
    other, rng = np.array([0.4, 0.1, 0.2, 0.3]), np.random.default_rng(0)
    assert max(table_value(rng.random(4), DATA, other) for _ in range(200)) < table_criterion(DATA, other)


def test_it_is_convex_on_segments():
    for one, other in np.random.default_rng(1).dirichlet(np.ones(4), (20, 2)):
        bends = second_differences(DATA, one, other)
        assert bends.shape == (19,)
        assert bends.min() > 0
    # V at a fixed D is linear, C is not: its bend is that of sum of q log q - (p + q) log (p + q)
    h = (other - one) / 20
    middle = (one + other) / 2
    expected = np.sum(h**2 * DATA / (middle * (DATA + middle)))
    assert bends[9] == pytest.approx(expected, rel=0.05)
