"""f-divergences against closed forms of Gaussians and uniform distributions, SciPy's quadrature, and SciPy's sums."""

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import rel_entr
from scipy.stats import norm

from tinygan.data import Density, Gaussian, Mixture, Ring, load
from tinygan.data.noise import Normal, Uniform
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives import DIVERGENCES
from tinygan.theory import Mesh, closed_forms, f_divergence, jensen_shannon, kl, total_variation
from tinygan.theory.closed_forms import HALF, of_gaussians

every = pytest.mark.parametrize("name", DIVERGENCES)
UNEVEN = Mixture(means=(-1.0, 0.5, 4.0), stds=(0.3, 1.0, 0.1), weights=(0.2, 0.5, 0.3))
PAIRS = {
    "two Gaussians": (Gaussian(0.3, 1.0), Gaussian(-0.4, 1.2)),
    "apart": (Gaussian(0.0, 1.0), Gaussian(12.0, 1.1)),
    "narrow and wide": (Gaussian(0.0, 0.01), Gaussian(0.5, 1.0)),
    "mixtures": (UNEVEN, Mixture(stds=(1.0, 2.0))),
}
INFINITE = {("neyman", "mixtures")}  # q has a mode of twice the variance of p's widest


@pytest.mark.parametrize("case", ["two Gaussians", "apart", "narrow and wide"])
def test_closed_forms_of_two_gaussians(case):
    p, q = PAIRS[case]
    for name, divergence in of_gaussians(p, q).items():
        assert f_divergence(name, p, q).value == pytest.approx(divergence, rel=1e-10, abs=1e-10), name


def test_total_variation_of_two_gaussians_of_one_width():
    """They cross in the middle: 2 Phi(d / 2) - 1."""
    for distance in (0.1, 1.0, 5.0):
        value, error = total_variation(Gaussian(0.0, 1.0), Gaussian(distance, 1.0))
        assert value == pytest.approx(2 * norm.cdf(distance / 2) - 1, abs=1e-11)
        assert error < 1e-10


def test_gaussians_so_far_apart_that_no_number_holds_their_ratio():
    assert kl(Gaussian(0.0, 1.0), Gaussian(100.0, 1.0)).value == pytest.approx(5000, rel=1e-12)
    assert jensen_shannon(Gaussian(0.0, 1.0), Gaussian(100.0, 1.0)).value == pytest.approx(math.log(2), rel=1e-12)


@pytest.mark.parametrize("variance", [0.3, 0.499, 0.49999, 0.50001, 0.505, 0.6])
def test_pearson_is_infinite_from_half_of_the_variance_on(variance):
    p, q = Gaussian(0.0, 1.0), Gaussian(0.0, math.sqrt(variance))
    assert f_divergence("pearson", p, q).value == pytest.approx(closed_forms.pearson(p, q), rel=1e-10)
    assert f_divergence("neyman", q, p).value == pytest.approx(closed_forms.pearson(p, q), rel=1e-10)


class Laplace(Density):
    """A user's density, which says no more than where to draw it."""

    shape = (1,)
    box = (np.array([-12.0]), np.array([12.0]))

    def __init__(self, mean):
        self.mean = mean

    def sample(self, n, rng):
        return rng.laplace(self.mean, 1, (n, 1)).astype(np.float32)

    def density(self, x):
        return np.exp(-abs(np.ravel(x) - self.mean)) / 2


def test_a_density_that_says_only_its_box_is_integrated_to_its_tails():
    """KL = d + exp(-d) - 1, TV = 1 - exp(-d / 2) of Laplace distributions at a distance of d."""
    p, q = Laplace(0.0), Laplace(1.0)
    assert kl(p, q).value == pytest.approx(math.exp(-1), abs=1e-9)
    assert total_variation(p, q).value == pytest.approx(1 - math.exp(-1 / 2), abs=1e-9)


def test_a_mode_without_weight_is_none():
    q = Mixture((1.0, 300.0), (1.0, 1.0), (1.0, 0.0))
    assert kl(Gaussian(0.0, 10.0), q).value == pytest.approx(closed_forms.kl(Gaussian(0.0, 10.0), Gaussian(1.0, 1.0)))
    assert q.log_density([300.0])[0] == pytest.approx(Gaussian(1.0, 1.0).log_density([300.0])[0], rel=1e-14)


WRONG = {
    "fewer": (
        [0.5, 0.5],
        [0.2, 0.3, 0.5],
        ShapeMismatch,
        "^kl: as many probabilities are expected in both, got 2 and 3",
    ),
    "no sum of 1": ([1.0, 2.0], [3.0, 4.0], SettingError, r"at least 0 and with the sum 1, got \[1\. 2\.\]"),
    "negative": ([-0.5, 1.5], [0.5, 0.5], SettingError, "at least 0"),
    "a matrix": ([[1.0]], [[1.0]], SettingError, "probabilities are expected"),
    "a line and a plane": (
        Gaussian(0.0, 1.0),
        Ring(),
        ShapeMismatch,
        r"of one dimension are expected, got .* \[1, 2\]",
    ),
    "a mesh": (Mesh(lambda z: z, Normal(2), 4), Ring(), SettingError, "^quadrature needs densities .* Mesh has none"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_compared_is_one_line(case):
    p, q, error, why = WRONG[case]
    with pytest.raises(error, match=why):
        kl(p, q)


def test_uniform_distributions_by_hand():
    """p on [0, 1] and q on [0, 2]: p / q = 2 and 0, each with q's probability 1/2."""
    p, q = Uniform(1, 0, 1), Uniform(1, 0, 2)
    back = {**HALF, "kl": math.inf, "reverse-kl": math.log(2), "pearson": math.inf, "neyman": 1}
    for name in DIVERGENCES:
        assert f_divergence(name, p, q).value == pytest.approx(HALF[name], abs=1e-13), name
        assert f_divergence(name, q, p).value == pytest.approx(back[name], abs=1e-13), name


def test_disjoint_supports():
    p, q = Uniform(1, 0, 1), Uniform(1, 3, 4)
    assert jensen_shannon(p, q).value == pytest.approx(math.log(2), rel=1e-14)
    assert total_variation(p, q).value == pytest.approx(1, rel=1e-14)
    assert f_divergence("squared-hellinger", p, q).value == pytest.approx(2, rel=1e-14)
    for name in ("kl", "reverse-kl", "pearson", "neyman", "jeffrey"):
        assert f_divergence(name, p, q).value == math.inf


@every
@pytest.mark.parametrize("case", ["two Gaussians", "mixtures"])
def test_against_scipys_quadrature(name, case):
    """The integral of q f(p / q), where both densities are numbers; elsewhere these pairs have next to nothing."""
    p, q = PAIRS[case]
    row = DIVERGENCES[name]

    def integrand(x):
        a, b = p.density([x]), q.density([x])
        return float(b[0] * row.f(a / b)[0]) if a[0] > 1e-250 and b[0] > 1e-250 else 0.0

    value, error = f_divergence(name, p, q)
    if math.isinf(value):
        assert (name, case) in INFINITE
        return
    points = np.unique(np.concatenate([each for side in (p, q) for each in side.breaks]))
    points = points[abs(points) < 40]
    parts = [quad(integrand, *ends, limit=200) for ends in itertools.pairwise(points)]
    assert value == pytest.approx(sum(part[0] for part in parts), rel=1e-8, abs=1e-8)
    assert error < 1e-9 * max(1, abs(value))


def test_gans_row_is_js_minus_log_4():
    p, q = PAIRS["mixtures"]
    expected = 2 * jensen_shannon(p, q).value - math.log(4)
    assert f_divergence("gan", p, q).value == pytest.approx(expected, abs=1e-11)


@every
def test_discrete_distributions(name):
    """The sum of q f(p / q); where p or q is 0, its limit."""
    p, q = np.random.default_rng(0).dirichlet(np.ones(7), size=2)
    assert f_divergence(name, p, q).value == pytest.approx(float(q @ DIVERGENCES[name].f(p / q)), rel=1e-12)
    p, q = [0.5, 0.5, 0.0, 0.0], [0.25, 0.0, 0.75, 0.0]
    middle = (np.array(p) + q) / 2
    js = rel_entr(p, middle).sum() + rel_entr(q, middle).sum()
    expected = {"total-variation": 0.75, "squared-hellinger": (math.sqrt(0.5) - 0.5) ** 2 + 1.25, "js": js}
    assert f_divergence(name, p, q).value == pytest.approx({**expected, "gan": js - math.log(4)}.get(name, math.inf))


def test_where_q_alone_has_probability():
    assert f_divergence("kl", [1.0, 0.0], [0.5, 0.5]).value == math.log(2)
    assert f_divergence("pearson", [1.0, 0.0], [0.5, 0.5]).value == 1
    assert f_divergence("reverse-kl", [1.0, 0.0], [0.5, 0.5]).value == math.inf


@pytest.mark.parametrize("name", ["kl", "squared-hellinger"])
def test_in_the_plane_a_sum_over_both_axes(name):
    """N(0, I) against the Gaussian of the same centre and another width: KL is twice that of the line."""
    p, q = Normal(2), Ring(modes=1, radius=0.0, std=1.5)
    line = Gaussian(0.0, 1.0), Gaussian(0.0, 1.5)
    expected = (
        2 * closed_forms.kl(*line) if name == "kl" else 2 - 2 * (1 - closed_forms.squared_hellinger(*line) / 2) ** 2
    )
    value, error = f_divergence(name, p, q)
    assert value == pytest.approx(expected, rel=1e-10)
    assert error < 1e-9


def test_modes_that_hardly_overlap():
    """Each mode of a ring against its wider twin: the divergence is that of one pair."""
    value, error = kl(Ring(std=0.01), Ring(std=0.02))
    assert value == pytest.approx(2 * closed_forms.kl(Gaussian(0.0, 0.01), Gaussian(0.0, 0.02)), rel=1e-9)
    assert error < 1e-9


def test_no_distance_to_oneself():
    for p in (Gaussian(), UNEVEN, Uniform(1), load("ring")):
        for name in DIVERGENCES:
            expected = -math.log(4) if name == "gan" else 0
            assert f_divergence(name, p, p).value == pytest.approx(expected, abs=1e-11)


def test_an_unknown_name():
    with pytest.raises(SettingError, match=r"^No such divergence 'helinger'\. Did you mean 'squared-hellinger'\?$"):
        f_divergence("helinger", [1.0], [1.0])


@pytest.mark.parametrize("name", ["total-variation", "squared-hellinger", "js"])
def test_supports_that_differ_by_rounding_are_one(name):
    value = f_divergence(name, Uniform(1, 0, 1), Uniform(1, 1e-13, 1 + 1e-13)).value
    assert value == pytest.approx(0, abs=1e-11)
