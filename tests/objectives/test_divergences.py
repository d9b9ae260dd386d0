"""Each row of f-GAN's tables against itself (conjugates, ranges, the composition) and on two Gaussians."""

import math

import numpy as np
import pytest
from scipy.special import wrightomega
from scipy.stats import norm

from tinygan import Tensor, grad
from tinygan.backend import to_host
from tinygan.objectives import DIVERGENCES
from tinygan.objectives.divergences import exponential

rows = pytest.mark.parametrize("row", DIVERGENCES.values(), ids=DIVERGENCES)
smooth = pytest.mark.parametrize("name", [name for name in DIVERGENCES if name != "total-variation"])
U = np.concatenate([np.geomspace(1e-3, 1e3, 301), [0.25, 1.0, 4.0]])


def test_every_row_of_the_notes_is_there():
    names = "total-variation kl reverse-kl pearson neyman squared-hellinger jeffrey js gan"
    assert list(DIVERGENCES) == names.split()
    assert all(row.name == name for name, row in DIVERGENCES.items())


@rows
def test_f_vanishes_at_1_but_for_gan(row):
    """Table 1's GAN row is the paper's exception: f(1) = -2 log 2."""
    assert row.f(np.ones(1)).item() == pytest.approx(-2 * math.log(2) if row.name == "gan" else 0, abs=1e-15)


@rows
def test_by_hand(row):
    """f at u = 4, where log u = 2 log 2 and sqrt u = 2."""
    two = math.log(2)
    expected = {
        "total-variation": 1.5,
        "kl": 8 * two,
        "reverse-kl": -2 * two,
        "pearson": 9,
        "neyman": 9 / 4,
        "squared-hellinger": 1,
        "jeffrey": 6 * two,
        "js": 8 * two - 5 * (math.log(5) - two),
        "gan": 8 * two - 5 * math.log(5),
    }
    assert row.f(np.full(1, 4.0)).item() == pytest.approx(expected[row.name], rel=1e-14)


@rows
def test_the_derivative_is_fs(row):
    u = Tensor(U[U != 1])  # total variation has a kink there
    np.testing.assert_allclose(row.derivative(u.data), grad(row.f(u).sum(), u), rtol=1e-9, atol=1e-12)


@rows
def test_f_and_its_conjugate_are_each_others_supremum(row):
    """u t - f(u) - f*(t) <= 0 for all pairs, and = 0 where t = f'(u): each is a supremum, so f** = f."""
    u, t = U[:, None], row.derivative(U)
    if row.name == "total-variation":
        t = np.linspace(-0.5, 0.5, 101)  # every slope that touches f at u = 1 or from one side of it
    gap = row.f(u) + row.conjugate(t) - u * t
    scale = 1 + np.abs(row.f(u)) + np.abs(row.conjugate(t)) + np.abs(u * t)
    assert np.all(gap >= -1e-13 * scale)
    np.testing.assert_array_less((gap / scale).min(axis=0), 1e-13)  # f*(t) is reached by some u
    np.testing.assert_array_less((gap / scale).min(axis=1), 1e-13)  # f(u) is reached by some t


@rows
def test_the_integrand_is_q_f_of_the_ratio(row):
    log_p, log_q = np.random.default_rng(0).uniform(-5, 2, (2, 200))
    p, q = np.exp(log_p), np.exp(log_q)
    np.testing.assert_allclose(row.integrand(log_p, log_q), q * row.f(p / q), rtol=1e-11, atol=1e-12)


def test_pearsons_conjugate_is_the_supremum_over_all_real_u():
    """At t = -6 the supremum of u t - (u - 1)**2 lies at u = -2: 12 - 9 = 3."""
    assert DIVERGENCES["pearson"].conjugate(np.array([-6.0])).item() == 3


@rows
def test_the_activation_grows_from_end_to_end_of_the_domain(row):
    low, high = row.domain
    t = row.activation(np.linspace(-15, 15, 3001))
    assert np.all(np.diff(t) > 0)
    assert low < t[0]
    assert t[-1] < high
    for end, bound in ((-1e4, low), (1e4, high)):
        reached = row.activation(np.full(1, end)).item()
        assert low <= reached <= high
        assert abs(reached) > 9999 if math.isinf(bound) else reached == bound


@rows
def test_the_composition_is_the_conjugate_of_the_activation(row):
    v = np.linspace(-6, 6, 121)
    np.testing.assert_allclose(row.composed(v), row.conjugate(row.activation(v)), rtol=1e-9, atol=1e-12)


@smooth
def test_the_best_v_has_the_derivative_as_its_activation(name):
    row = DIVERGENCES[name]
    np.testing.assert_allclose(row.activation(row.best(U)), row.derivative(U), rtol=1e-9, atol=1e-12)


def test_the_best_v_of_total_variation_is_as_good_as_infinite():
    row, u = DIVERGENCES["total-variation"], np.array([0.5, 1.0, 2.0])
    assert row.activation(row.best(u)).tolist() == row.derivative(u).tolist() == [-0.5, 0, 0.5]


# Two Gaussians, p and q, with closed forms where there are some.

M, S = (0.3, -0.4), (1.0, 1.2)
X = np.linspace(-14, 14, 560_001)
P, Q = (norm.pdf(X, m, s) for m, s in zip(M, S, strict=True))


def integral(values):
    return np.sum(values) * (X[1] - X[0])


def kl(i, j):
    return math.log(S[j] / S[i]) + (S[i] ** 2 + (M[i] - M[j]) ** 2) / (2 * S[j] ** 2) - 0.5


def chi_squared(i, j):
    """The integral of (p_i - p_j)**2 / p_j."""
    excess = 2 * S[j] ** 2 - S[i] ** 2
    return S[j] ** 2 / (S[i] * math.sqrt(excess)) * math.exp((M[0] - M[1]) ** 2 / excess) - 1


def overlap():
    """The integral of sqrt(p q)."""
    total = S[0] ** 2 + S[1] ** 2
    return math.sqrt(2 * S[0] * S[1] / total) * math.exp(-((M[0] - M[1]) ** 2) / (4 * total))


def total_variation():
    """p exceeds q between the two roots of log p - log q, a parabola."""
    a = 1 / S[1] ** 2 - 1 / S[0] ** 2
    b = 2 * (M[0] / S[0] ** 2 - M[1] / S[1] ** 2)
    c = M[1] ** 2 / S[1] ** 2 - M[0] ** 2 / S[0] ** 2 + 2 * math.log(S[1] / S[0])
    low, high = sorted(np.roots([a, b, c]))
    return abs(sum(w * norm.cdf(e, M[i], S[i]) for i, s in ((0, 1), (1, -1)) for e, w in ((high, s), (low, -s))))


def jensen_shannon():
    middle = (P + Q) / 2
    return integral(P * np.log(P / middle) + Q * np.log(Q / middle)) / 2


TRUE = {
    "total-variation": total_variation(),
    "kl": kl(0, 1),
    "reverse-kl": kl(1, 0),
    "pearson": chi_squared(0, 1),
    "neyman": chi_squared(1, 0),
    "squared-hellinger": 2 - 2 * overlap(),
    "jeffrey": kl(0, 1) + kl(1, 0),
    "js": 2 * jensen_shannon(),
    "gan": 2 * jensen_shannon() - math.log(4),
}


@rows
def test_the_bound_is_tight_at_the_best_v_and_nowhere_else(row):
    """E_p[g_f(v)] - E_q[f*(g_f(v))] is the divergence at v = `best`, and less at any other v."""
    divergence = integral(Q * row.f(P / Q))
    assert divergence == pytest.approx(TRUE[row.name], abs=1e-8)
    best = row.best(P / Q)
    assert integral(P * row.activation(best) - Q * row.composed(best)) == pytest.approx(divergence, abs=1e-8)
    for other in (best + 0.1 * np.sin(X), 0.5 * best):
        if row.name != "total-variation":  # there any large v of the right sign is as good
            assert integral(P * row.activation(other) - Q * row.composed(other)) < divergence - 1e-4
    assert integral(P * row.activation(-best) - Q * row.composed(-best)) < divergence - 1e-4


@pytest.mark.parametrize(("dtype", "edge"), [(np.float32, 29.5), (np.float64, 236.0)])
def test_the_exponential_goes_on_along_its_tangent(dtype, edge, device):
    inside = np.array([-1e4, -1.0, 0.0, edge], dtype)
    found = to_host(exponential(device.asarray(inside)))
    np.testing.assert_allclose(found, np.exp(inside), rtol=4 * np.finfo(dtype).eps)  # CUDA rounds its own way
    x = Tensor(device.asarray(np.array([edge, edge + 1, 1e4], dtype)))
    first = grad(exponential(x).sum(), x, create_graph=True)
    slopes = to_host(first.data)
    assert slopes[0] < slopes[1] == slopes[2] < math.exp(edge + 1)
    assert np.isfinite(slopes**2).all()
    second = to_host(grad(first.sum(), x))
    assert second[0] > 0 == second[1] == second[2]
    assert to_host(exponential(x).data).dtype == dtype


@rows
def test_on_every_device(row, device):
    for function, at in ((row.f, U), (row.derivative, U), (row.best, U), (row.composed, X[::9000])):
        np.testing.assert_allclose(to_host(function(device.asarray(at))), function(at), rtol=1e-13, atol=1e-14)
    t = row.activation(X[::9000] / 14)
    np.testing.assert_allclose(to_host(row.conjugate(device.asarray(t))), row.conjugate(t), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_jeffrey_at_large_negative_v_keeps_its_digits(dtype):
    """There w = W(exp(1 - v)) is within log w of 1 - v: f* = 1 / w - log w - 1, and its slope is 1 / w."""
    v = np.array([-30.0, -1e3, -1e4])
    w = wrightomega(1 - v)
    leaf = Tensor(v.astype(dtype))
    out = DIVERGENCES["jeffrey"].composed(leaf)
    digits = 16 * np.finfo(dtype).eps
    np.testing.assert_allclose(out.data, 1 / w - np.log(w) - 1, rtol=digits)
    np.testing.assert_allclose(grad(out.sum(), leaf), 1 / w, rtol=digits)
