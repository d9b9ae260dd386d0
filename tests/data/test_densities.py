"""Every density of the package: shapes and types, integrates to 1, and agrees with its samples."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from tinygan.data import Gaussian, Grid, Mixture, Moons, Overlapping, Ring, SwissRoll
from tinygan.data.density import as_points, mixture_density
from tinygan.data.noise import Normal, Uniform
from tinygan.errors import ShapeMismatch

DEFAULTS = [Gaussian(), Mixture(), Overlapping(), Ring(), Grid(), Moons(), SwissRoll()]
UNEVEN = Mixture(means=(-1.0, 0.5, 4.0), stds=(0.3, 1.0, 0.1), weights=(0.2, 0.5, 0.3))
BROAD = [
    Gaussian(mean=-2.0, std=3.0),
    UNEVEN,
    Ring(modes=5, radius=2.0, std=0.3),
    Grid(side=3, spacing=1.0, std=0.2),
    Moons(std=0.15),
    SwissRoll(std=0.15),
]
everyone = pytest.mark.parametrize("p", DEFAULTS + BROAD, ids=str)


def cells(box, n):
    """Midpoints (n^d, d) and volume of n^d equal cells of the box."""
    axes = [lower + (upper - lower) * (np.arange(n) + 0.5) / n for lower, upper in zip(*box, strict=True)]
    volume = math.prod((upper - lower) / n for lower, upper in zip(*box, strict=True))
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(n ** len(axes), -1), volume


def chi_square(p, samples, n=24, fine=6):
    """(statistic - degrees) / sqrt(2 degrees) of samples against p, on n^d cells, those expecting < 20 pooled."""
    d = samples.shape[1]
    counts, _ = np.histogramdd(samples, bins=n, range=list(zip(*p.box, strict=True)))
    midpoints, volume = cells(p.box, n * fine)
    mass = (p.density(midpoints) * volume).reshape((n, fine) * d).sum(axis=tuple(range(1, 2 * d, 2)))
    expected, observed = len(samples) * mass.ravel(), counts.ravel()
    big = expected >= 20
    expected = np.append(expected[big], len(samples) - expected[big].sum())
    observed = np.append(observed[big], len(samples) - observed[big].sum())
    degrees = len(expected) - 1
    return (np.sum((observed - expected) ** 2 / expected) - degrees) / np.sqrt(2 * degrees)


@everyone
def test_samples_are_float32_repeat_with_the_seed_and_do_not_repeat_with_another(p):
    x = p.sample(6, np.random.default_rng(0))
    assert x.dtype == np.float32
    assert x.shape == (6, *p.shape)
    np.testing.assert_array_equal(x, p.sample(6, np.random.default_rng(0)))
    assert not np.array_equal(x, p.sample(6, np.random.default_rng(1)))


@everyone
def test_density_integrates_to_1_inside_its_box(p):
    lower, upper = p.box
    finest = np.min(p.std)
    x, volume = cells(p.box, int(np.max(upper - lower) / finest) + 1)  # cells of at most one std: error below 1e-8
    density = p.density(x)
    assert density.dtype == np.float64
    assert density.shape == (len(x),)
    assert np.sum(density) * volume == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("p", BROAD, ids=str)
def test_samples_follow_the_density(p, rng):
    assert abs(chi_square(p, p.sample(40_000, rng))) < 5


def test_the_chi_square_would_notice_a_wrong_formula(rng):
    for p, wrong in [
        (Moons(std=0.15), Moons(std=0.16)),
        (SwissRoll(std=0.15), SwissRoll(std=0.16)),
        (Ring(std=0.3), Ring(std=0.33)),
        (Gaussian(std=0.5), Gaussian(std=0.52)),
        (UNEVEN, Mixture(UNEVEN.means, UNEVEN.stds, (0.24, 0.46, 0.3))),
    ]:
        assert chi_square(p, wrong.sample(40_000, rng)) > 10


@everyone
def test_the_box_holds_the_samples(p, rng):
    lower, upper = p.box
    x = p.sample(10_000, rng)
    assert lower.shape == upper.shape == p.shape
    assert np.mean(np.all((x > lower) & (x < upper), axis=1)) > 0.9995


@pytest.mark.parametrize("p", [p for p in DEFAULTS + BROAD if hasattr(p, "centres")], ids=str)
def test_samples_lie_around_the_centres_as_far_as_the_deviation_says(p, rng):
    x = p.sample(20_000, rng).astype(np.float64)
    distance = np.linalg.norm(x[:, np.newaxis] - p.centres, axis=2)
    within = np.mean(np.min(distance / p.std, axis=1) < 1)
    alone = {1: math.erf(math.sqrt(0.5)), 2: 1 - math.exp(-0.5)}[p.shape[0]]  # of one Gaussian, within one std
    assert within > alone - 0.02
    if p in DEFAULTS and p != Overlapping():  # modes far apart
        assert within < alone + 0.02


def test_gaussian_closed_form():
    assert Gaussian(1.0, 2.0).density([2.0])[0] == pytest.approx(
        math.exp(-1 / 8) / (2 * math.sqrt(2 * math.pi)), rel=1e-14
    )
    np.testing.assert_array_equal(Gaussian(1.0, 2.0).centres, [[1.0]])


def test_mixture_is_the_weighted_sum_of_its_parts():
    x = np.linspace(-3, 6, 50)
    parts = [Gaussian(*each).density(x) for each in zip(UNEVEN.means, UNEVEN.stds, strict=True)]
    np.testing.assert_allclose(UNEVEN.density(x), UNEVEN.weights @ np.array(parts), rtol=1e-13)


def test_ring_and_grid_of_pacgan():
    half = math.sqrt(0.5)
    ring = [[1, 0], [half, half], [0, 1], [-half, half], [-1, 0], [-half, -half], [0, -1], [half, -half]]
    np.testing.assert_allclose(Ring().centres, ring, atol=1e-15)
    assert Ring().std == 0.01
    np.testing.assert_array_equal(Grid().centres, [[x, y] for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)])
    assert Grid().std == 0.05
    peak = 1 / (25 * 2 * math.pi * 0.05**2)  # a mode alone: its neighbours are 40 standard deviations away
    np.testing.assert_allclose(Grid().density(Grid().centres), peak, rtol=1e-12)


@pytest.mark.parametrize("std", [0.02, 0.3, 5.0])
@pytest.mark.parametrize("kind", [Moons, SwissRoll])
def test_quadrature_along_a_curve_is_accurate(kind, std, rng):
    p = kind(std)
    ends = p.curve(np.array([0.0, 0.499999, 0.5, 1.0]))
    x = np.concatenate([p.sample(50, rng), ends, 1.1 * ends])
    panels = 4 * int(p.speed / std + 8)
    nodes, weights = np.polynomial.legendre.leggauss(20)
    u = ((np.arange(panels)[:, np.newaxis] + (nodes + 1) / 2) / panels).ravel()
    reference = mixture_density(x, p.curve(u), std, np.tile(weights / 2 / panels, panels))
    np.testing.assert_allclose(p.density(x), reference, rtol=0, atol=1e-10 * reference.max())


def test_moons_are_two_half_circles():
    u = np.linspace(0, 1, 1001)
    x, y = Moons().curve(u).T
    upper = u < 0.5
    np.testing.assert_allclose((x**2 + y**2)[upper], 1, rtol=1e-14)
    np.testing.assert_allclose(((x - 1) ** 2 + (y - 0.5) ** 2)[~upper], 1, rtol=1e-14)
    assert np.all(y[upper] >= 0)
    assert np.all(y[~upper] <= 0.5)


def test_swiss_roll_is_the_spiral_whose_radius_is_its_angle():
    u = np.linspace(0, 1, 101)
    x, y = SwissRoll().curve(u).T * 7.5
    radius = np.hypot(x, y)
    np.testing.assert_allclose(radius, np.linspace(1.5 * np.pi, 4.5 * np.pi, 101), rtol=1e-13)
    np.testing.assert_allclose(np.exp(1j * radius), (x + 1j * y) / radius, atol=1e-12)


@pytest.mark.parametrize("kind", [Moons, SwissRoll])
def test_speed_bounds_the_curves_speed(kind):
    u = np.linspace(0, 0.4999, 2000)
    steps = np.concatenate([np.diff(kind().curve(u + half), axis=0) for half in (0, 0.5)])
    fastest = np.max(np.linalg.norm(steps, axis=1)) / (u[1] - u[0])
    assert 0.9 * kind.speed < fastest <= kind.speed * (1 + 1e-9)


def test_density_in_chunks_is_density_point_by_point(rng):
    p = SwissRoll()
    x = p.sample(2000, rng)  # more rows than one chunk holds
    np.testing.assert_allclose(p.density(x)[::97], [p.density(row[np.newaxis])[0] for row in x[::97]], rtol=1e-12)


def test_points_on_the_line_may_be_flat_and_others_may_not():
    np.testing.assert_array_equal(as_points([1, 2], 1), [[1.0], [2.0]])
    np.testing.assert_array_equal(Gaussian().density([3.5, 4.0]), Gaussian().density([[3.5], [4.0]]))
    for x in ([1.0, 2.0], [[1.0]], [[[1.0, 2.0]]], 0.0):
        with pytest.raises(ShapeMismatch, match=r"\(n, 2\)"):
            Ring().density(x)


def test_far_away_the_density_is_0_without_a_warning():
    for p in DEFAULTS:
        np.testing.assert_array_equal(p.density(np.full((1, *p.shape), 1e6)), [0.0])


def test_impossible_distributions_are_refused(refused):
    for kind in (Gaussian, Ring, Grid, Moons, SwissRoll):
        for std in (0.0, -1.0, math.inf, math.nan):
            with refused(kind.name, "std", std):
                kind(std=std)
    with refused("at least 1 mode"):
        Ring(modes=0)
    with refused("at least 1 mode"):
        Grid(side=0)
    with refused("2 / 1 / 2"):
        Mixture((0.0, 1.0), (1.0,), (0.5, 0.5))
    with refused("0 / 0 / 0"):
        Mixture((), (), ())
    with refused("sum to 1"):
        Mixture((0.0, 1.0), (1.0, 1.0), (0.5, 0.6))
    with refused(">= 0"):
        Mixture((0.0, 1.0), (1.0, 1.0), (1.5, -0.5))
    with refused("std above 0"):
        Mixture((0.0, 1.0), (1.0, 0.0), (0.5, 0.5))


def test_the_modes_of_a_mixture_share_its_density():
    for p in (UNEVEN, Overlapping(), Ring(modes=5, radius=2.0, std=0.3)):
        x = p.sample(50, np.random.default_rng(0))
        parts = p.density_by_mode(x)
        assert parts.shape == (50, len(p.centres))
        np.testing.assert_allclose(parts.sum(axis=1), p.density(x), rtol=1e-12)
    alone = Mixture(means=(0.5,), stds=(1.0,), weights=(1.0,))
    np.testing.assert_allclose(UNEVEN.density_by_mode([0.2])[0, 1], 0.5 * alone.density([0.2])[0], rtol=1e-12)


PRIORS = [Normal(1), Normal(2), Uniform(1), Uniform(2, -0.5, 1.5)]
LINE = [*(p for p in DEFAULTS + BROAD if p.shape == (1,)), Normal(1), Uniform(1)]


@pytest.mark.parametrize("p", DEFAULTS + BROAD + PRIORS, ids=str)
def test_the_logarithm_of_the_density(p):
    x = p.sample(200, np.random.default_rng(0)).astype(np.float64)
    np.testing.assert_allclose(p.log_density(x), np.log(p.density(x)), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("p", [Gaussian(1.0, 0.5), Normal(1), Mixture((1.0, 60.0), (0.5, 0.5), (1.0, 0.0))], ids=str)
def test_it_is_known_where_the_density_is_rounded_to_0(p):
    mean, std = (0.0, 1.0) if isinstance(p, Normal) else (1.0, 0.5)
    x = mean - std * np.array([50.0, 1e3, 1e6])
    assert not p.density(x).any()
    np.testing.assert_allclose(p.log_density(x), norm.logpdf(x, mean, std), rtol=1e-12)


def test_where_there_is_no_density_its_logarithm_is_minus_infinity():
    assert Uniform(1).log_density([-2.0, 0.0, 2.0]).tolist() == [-math.inf, -math.log(2), -math.inf]


@pytest.mark.parametrize("p", DEFAULTS + BROAD + PRIORS, ids=str)
def test_outside_the_outermost_breaks_there_is_nothing(p):
    inside = np.array([axis[len(axis) // 2] for axis in p.breaks])
    for i, axis in enumerate(p.breaks):
        assert (np.diff(axis) > 0).all()
        for end in (np.nextafter(axis[0], -np.inf), np.nextafter(axis[-1], np.inf)):
            outside = inside.copy()
            outside[i] = end
            assert p.density(outside[np.newaxis]) < 1e-300


@pytest.mark.parametrize("p", LINE, ids=str)
def test_the_distribution_function_grows_by_the_density(p):
    x = np.linspace(*(axis[0] for axis in getattr(p, "box", ([-0.9], [0.9]))), 20_001)
    grown = np.cumsum((p.density(x)[1:] + p.density(x)[:-1]) / 2) * (x[1] - x[0])
    np.testing.assert_allclose(p.cumulative(x)[1:] - p.cumulative(x)[0], grown, atol=1e-5)
    assert p.cumulative([-1e3])[0] == 0
    assert p.cumulative([1e3])[0] == pytest.approx(1, abs=1e-15)
