"""The formulas against SciPy's quadrature and sums, and the bounds on JS against random pairs."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import rel_entr
from scipy.stats import norm

from tinygan.data import Gaussian
from tinygan.theory import closed_forms
from tinygan.theory.closed_forms import DICE, FAIR, HALF, LOADED, js_bounds, moments, of_gaussians

PAIRS = [(Gaussian(0.3, 1.0), Gaussian(-0.4, 1.2)), (Gaussian(2.0, 0.5), Gaussian(0.0, 0.6))]


def by_quadrature(f):
    return quad(f, -12, 12, limit=400, epsabs=1e-12)[0]


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_gaussians(p, q):
    a, b = norm(p.mean, p.std), norm(q.mean, q.std)
    expected = {
        "kl": by_quadrature(lambda x: a.pdf(x) * (a.logpdf(x) - b.logpdf(x))),
        "pearson": by_quadrature(lambda x: a.pdf(x) ** 2 / b.pdf(x)) - 1,
        "squared-hellinger": by_quadrature(lambda x: (a.pdf(x) ** 0.5 - b.pdf(x) ** 0.5) ** 2),
        "total-variation": by_quadrature(lambda x: abs(a.pdf(x) - b.pdf(x)) / 2),
    }
    found, back = of_gaussians(p, q), of_gaussians(q, p)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-8), name
    assert (back["reverse-kl"], back["neyman"]) == (found["kl"], found["pearson"])
    assert found["jeffrey"] == found["kl"] + found["reverse-kl"]
    moved = by_quadrature(lambda x: abs(a.cdf(x) - b.cdf(x)))
    assert closed_forms.wasserstein1(p, q) == pytest.approx(moved, rel=1e-8)


def test_gaussians_of_one_width():
    p, q = Gaussian(1.0, 2.0), Gaussian(4.0, 2.0)
    assert closed_forms.wasserstein1(p, q) == 3
    assert closed_forms.total_variation(p, q) == pytest.approx(2 * norm.cdf(3 / 4) - 1, rel=1e-12)
    assert set(of_gaussians(p, p).values()) == {0}


def test_dice():
    middle = (LOADED + FAIR) / 2
    assert DICE["kl"] == pytest.approx(rel_entr(LOADED, FAIR).sum())
    assert DICE["js"] == pytest.approx(rel_entr(LOADED, middle).sum() + rel_entr(FAIR, middle).sum())
    assert DICE["gan"] == pytest.approx(DICE["js"] - math.log(4))
    assert DICE["pearson"] == pytest.approx(sum((LOADED - FAIR) ** 2 / FAIR))
    assert DICE["squared-hellinger"] == pytest.approx(sum((LOADED**0.5 - FAIR**0.5) ** 2))
    assert DICE["total-variation"] == pytest.approx(sum(abs(LOADED - FAIR)) / 2)
    assert {name for name, value in DICE.items() if math.isinf(value)} == {"reverse-kl", "jeffrey", "neyman"}
    assert moments(FAIR) == pytest.approx((3.5, 35 / 12))


def test_half_is_a_pair_of_coins():
    """p = (1, 0) and q = (1/2, 1/2) have the same ratios with the same probabilities."""
    p, q = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    middle = (p + q) / 2
    assert HALF["js"] == pytest.approx(rel_entr(p, middle).sum() + rel_entr(q, middle).sum())
    assert HALF["gan"] == pytest.approx(HALF["js"] - math.log(4))
    assert HALF["squared-hellinger"] == pytest.approx(sum((p**0.5 - q**0.5) ** 2))


def test_js_is_between_its_bounds():
    for p, q in np.random.default_rng(0).dirichlet(np.full(4, 0.5), (200, 2)):
        middle = (p + q) / 2
        js = (rel_entr(p, middle).sum() + rel_entr(q, middle).sum()) / 2
        least, most = js_bounds(abs(p - q).sum() / 2)
        assert least <= js <= most
    assert js_bounds(0.0) == (0, 0)
    assert js_bounds(1.0) == (math.log(2), math.log(2))


def test_gaussians_far_from_0():
    p, q = Gaussian(1e8, 1.0), Gaussian(1e8 + 1, 1.0)
    assert closed_forms.total_variation(p, q) == pytest.approx(2 * norm.cdf(1 / 2) - 1, rel=1e-12)


def test_a_pearson_divergence_that_is_too_large_for_a_number_is_infinite():
    assert closed_forms.pearson(Gaussian(0.0, 1.0), Gaussian(30.0, 1.0)) == math.inf
