"""JS from a classifier's cross-entropy: below the exact value, and equal to it for D*."""

import math

import numpy as np
import pytest

from tinygan.data import Gaussian
from tinygan.theory import jensen_shannon
from tinygan.theory.classifier import classifier, cross_entropy, js_bound, perceptron_of

P, Q = Gaussian(0.0, 1.0), Gaussian(2.0, 1.0)


def optimal(x):
    """log p / q = 2 - 2 x."""
    return 2 - 2 * x


def test_the_best_classifier_gives_js_and_a_coin_gives_nothing():
    assert js_bound(optimal, P, Q) == pytest.approx(jensen_shannon(P, Q).value, abs=1e-10)
    assert cross_entropy(lambda x: 0 * x, P, Q) == pytest.approx(math.log(2), abs=1e-10)
    assert js_bound(lambda x: 0 * x, P, Q) == pytest.approx(0, abs=1e-10)


def test_a_classifier_that_is_wrong_gives_a_negative_bound():
    assert js_bound(lambda x: -optimal(x), P, Q) < -1


def test_a_trained_one_is_below_js_and_near_it():
    D = classifier(P, Q, 2, np.random.default_rng(0), steps=150)
    exact = jensen_shannon(P, Q).value
    assert exact - 0.005 < js_bound(D, P, Q) < exact


def test_its_size():
    D = perceptron_of(3, np.random.default_rng(0))
    assert [leaf.shape for leaf in (D[0].weight, D[0].bias, D[2].weight, D[2].bias)] == [(1, 3), (3,), (3, 1), (1,)]
    assert D[0].weight.data.dtype == np.float64
