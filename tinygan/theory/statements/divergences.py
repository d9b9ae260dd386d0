"""Divergences and Wasserstein-1 where a formula is known: of Gaussians, of uniform distributions and of two dice."""

from typing import Any

import numpy as np

from tinygan.data import Gaussian
from tinygan.data.noise import Uniform
from tinygan.drawing.panels import Panel, panels
from tinygan.theory import closed_forms
from tinygan.theory.closed_forms import DICE, FAIR, HALF, LOADED, js_bounds, moments, of_gaussians
from tinygan.theory.divergences import f_divergence, jensen_shannon, total_variation
from tinygan.theory.statements.statement import Check, Statement
from tinygan.theory.wasserstein import discrete_wasserstein1, wasserstein1

P, Q = Gaussian(0.3, 1.0), Gaussian(-0.4, 1.2)
FAR = Gaussian(12.0, 1.0)
FACES = np.arange(1.0, 7.0)
ROLLS = 600_000


def of_two_gaussians() -> list[Check]:
    """The rows of the table with a closed form, and Wasserstein-1."""
    return [
        *(Check(name, stated, f_divergence(name, P, Q).value) for name, stated in of_gaussians(P, Q).items()),
        Check("wasserstein-1", closed_forms.wasserstein1(P, Q), wasserstein1(P, Q).value),
        Check("kl, 12 apart", 12**2 / 2, f_divergence("kl", Gaussian(0.0, 1.0), FAR).value),
        Check("wasserstein-1, 12 apart", 12.0, wasserstein1(Gaussian(0.0, 1.0), FAR).value),
    ]


def of_uniforms() -> list[Check]:
    """Uniform on [0, 1] and on [0, 2]."""
    p, q = Uniform(1, 0, 1), Uniform(1, 0, 2)
    return [
        *(Check(name, stated, f_divergence(name, p, q).value) for name, stated in HALF.items()),
        Check("wasserstein-1", 1 / 2, wasserstein1(p, q).value),
    ]


def of_dice() -> list[Check]:
    """A loaded die and a fair one."""
    mean, variance = moments(LOADED)
    rolls = np.random.default_rng(0).choice(6, ROLLS, p=LOADED) + 1
    share = float(np.mean(rolls == 3))
    places = FACES[:, np.newaxis]
    return [
        Check("mean", 19 / 6, mean),
        Check("variance", 75 / 6 - (19 / 6) ** 2, variance),
        Check("share of 3, 600,000 rolls", 1 / 3, share, 5 * float(np.sqrt(2 / 9 / ROLLS))),
        *(Check(name, stated, f_divergence(name, LOADED, FAIR).value) for name, stated in DICE.items()),
        Check("kl of fair and loaded", np.inf, f_divergence("kl", FAIR, LOADED).value),
        Check("js of fair and loaded", DICE["js"], f_divergence("js", FAIR, LOADED).value),
        Check("wasserstein-1", 1 / 3, discrete_wasserstein1(LOADED, FAIR, places, places)),
    ]


def of_bounds() -> list[Check]:
    """Each bound where it is reached, and pairs of Gaussians between both."""
    halves, coins = (Uniform(1, 0, 2), Uniform(1, 1, 3)), ([0.2, 0.8], [0.8, 0.2])
    within = 0
    for distance in FACES:
        pair = Gaussian(0.0, 1.0), Gaussian(distance, 1.5)
        least, most = js_bounds(total_variation(*pair).value)
        within += least < jensen_shannon(*pair).value < most
    return [
        Check("largest: half in common", js_bounds(0.5)[1], jensen_shannon(*halves).value),
        Check("least: coins, 0.2 and 0.8", js_bounds(0.6)[0], jensen_shannon(*coins).value),
        Check("between, of 6 pairs", 6, within),
    ]


def draw_gaussians() -> Any:
    """Divergences of two Gaussians against the distance of their means."""
    distances = np.linspace(0, 6, 61)
    pairs = [(Gaussian(0.0, 1.0), Gaussian(distance, 1.0)) for distance in distances]
    curves = {
        "total variation": (distances, [f_divergence("total-variation", *pair).value for pair in pairs]),
        "squared Hellinger / 2": (distances, [f_divergence("squared-hellinger", *pair).value / 2 for pair in pairs]),
        "Jensen-Shannon": (distances, [jensen_shannon(*pair).value for pair in pairs]),
    }
    unbounded = {
        "KL": (distances, distances**2 / 2),
        "Pearson": (distances, [closed_forms.pearson(*pair) for pair in pairs]),
        "Wasserstein-1": (distances, distances),
    }
    return panels(
        [
            Panel("bounded", curves, levels={"log 2": np.log(2)}, x="distance of the means"),
            Panel("unbounded", unbounded, x="distance of the means", logarithmic="y"),
        ],
        "two Gaussians of width 1",
    )


def draw_uniforms() -> Any:
    """Divergences of two uniform distributions of width 1 against their distance."""
    distances = np.linspace(0, 2, 81)
    pairs = [(Uniform(1, 0, 1), Uniform(1, distance, 1 + distance)) for distance in distances]
    return panels(
        [
            Panel(
                "uniform on [0, 1] and on [d, 1 + d]",
                {
                    "total variation": (distances, [total_variation(*pair).value for pair in pairs]),
                    "Jensen-Shannon": (distances, [jensen_shannon(*pair).value for pair in pairs]),
                    "Wasserstein-1": (distances, [wasserstein1(*pair).value for pair in pairs]),
                },
                levels={"log 2": np.log(2)},
                x="distance d",
            )
        ]
    )


def draw_dice() -> Any:
    """Both pmfs, and what each face adds to KL and to JS."""
    middle, left, right = (LOADED + FAIR) / 2, FACES - 0.08, FACES + 0.08
    with np.errstate(divide="ignore", invalid="ignore"):
        kl, js = (
            np.where(LOADED > 0, LOADED * np.log(LOADED / FAIR), 0),
            (np.where(LOADED > 0, LOADED * np.log(LOADED / middle), 0) + FAIR * np.log(FAIR / middle)) / 2,
        )
    return panels(
        [
            Panel("P(X)", points={"loaded die": (left, LOADED), "fair die": (right, FAIR)}, x="face"),
            Panel(
                "what each face adds",
                points={f"KL, in all {kl.sum():.3f}": (left, kl), f"JS, in all {js.sum():.3f}": (right, js)},
                levels={"": 0.0},
                x="face",
                y="nats",
            ),
        ]
    )


def draw_bounds() -> Any:
    """JS against total variation: both bounds, and pairs of Gaussians."""
    tv = np.linspace(0, 1, 201)
    least, most = np.transpose([js_bounds(each) for each in tv])
    points = {}
    for width in (1.0, 3.0):
        pairs = [(Gaussian(0.0, 1.0), Gaussian(distance, width)) for distance in np.linspace(0, 5, 21)]
        points[f"Gaussians of width 1 and {width:g}"] = (
            [total_variation(*pair).value for pair in pairs],
            [jensen_shannon(*pair).value for pair in pairs],
        )
    curves = {"largest": (tv, most), "least": (tv, least)}
    return panels([Panel("JS of all p and q", curves, points, x="total variation", y="JS in nats")])


STATEMENTS = [
    Statement(
        "gaussians",
        "Divergences of two Gaussians, by quadrature, are those of the formulas",
        "Nowozin et al. 2016, table 1; Vallender 1974 for Wasserstein-1",
        of_two_gaussians,
        draw_gaussians,
    ),
    Statement(
        "uniforms",
        "Divergences of the uniform distributions on [0, 1] and on [0, 2]",
        "Nowozin et al. 2016, table 1",
        of_uniforms,
        draw_uniforms,
    ),
    Statement(
        "dice",
        "A die is a pmf: its mean, its rolls, and divergences of a loaded die and a fair one",
        "lecture notes on probability distributions; Nowozin et al. 2016, table 1",
        of_dice,
        draw_dice,
    ),
    Statement(
        "js-bounds",
        "JS is between log 2 - h((1 - TV) / 2) and TV log 2, and both are reached",
        "Lin 1991, on the error of the best classifier",
        of_bounds,
        draw_bounds,
    ),
]
