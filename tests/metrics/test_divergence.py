"""Jensen-Shannon divergences worked by hand."""

import math

import numpy as np
import pytest

from tinygan.metrics import histogram_js, jensen_shannon


def test_by_hand():
    # m = (3/4, 1/4): (log(4/3) + (log(2/3) + log 2) / 2) / 2 = (log(4/3) + log(4/3) / 2) / 2
    assert jensen_shannon([1.0, 0.0], [0.5, 0.5]) == pytest.approx(0.75 * math.log(4 / 3), rel=1e-14)
    # m = (1/2, 1/2): each KL is 3/4 log(3/2) + 1/4 log(1/2)
    expected = 0.75 * math.log(1.5) - 0.25 * math.log(2)
    assert jensen_shannon([0.75, 0.25], [0.25, 0.75]) == pytest.approx(expected, rel=1e-14)


def test_its_bounds():
    assert jensen_shannon([0.2, 0.3, 0.5], [0.2, 0.3, 0.5]) == 0
    assert jensen_shannon([0.5, 0.5, 0, 0], [0, 0, 0.1, 0.9]) == pytest.approx(math.log(2), rel=1e-15)


def test_it_is_symmetric():
    p, q = np.random.default_rng(0).dirichlet(np.ones(6), 2)
    assert jensen_shannon(p, q) == pytest.approx(jensen_shannon(q, p), rel=1e-14)
    assert 0 < jensen_shannon(p, q) < math.log(2)


def test_it_takes_float32_and_computes_in_float64():
    p = np.array([0.75, 0.25], np.float32)
    assert jensen_shannon(p, p[::-1]) == jensen_shannon([0.75, 0.25], [0.25, 0.75])


def test_histograms_by_hand():
    # two bins over [0, 4]: (3/4, 1/4) against (1/4, 3/4)
    samples, others = [0.0, 0.5, 1.9, 4.0], [0.1, 2.0, 3.0, 3.5]
    assert histogram_js(samples, others, bins=2) == jensen_shannon([0.75, 0.25], [0.25, 0.75])
    assert histogram_js(np.array(samples)[:, None], np.array(others)[:, None], bins=2) == histogram_js(
        samples, others, 2
    )


def test_histograms_of_unequal_numbers_of_samples():
    assert histogram_js([0.0, 0.0, 1.0, 1.0], [0.0, 1.0], bins=2) == 0
    assert histogram_js([0.0] * 100, [1.0], bins=10) == pytest.approx(math.log(2), rel=1e-15)


def test_the_bins_span_both():
    assert histogram_js([0.0, 1.0], [5.0, 6.0]) == pytest.approx(math.log(2), rel=1e-15)


def test_it_tells_a_shift_from_chance():
    rng = np.random.default_rng(0)
    x, same, shifted = rng.standard_normal(10_000), rng.standard_normal(10_000), rng.standard_normal(10_000) + 0.5
    assert histogram_js(x, same) < 50 / (4 * 10_000) * 2  # what the docstring says chance leaves, twice
    assert histogram_js(x, shifted) > 0.02
