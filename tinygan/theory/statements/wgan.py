"""Figures 1 and 2 of the WGAN paper, and the duality that makes its critic one."""

from functools import cache
from math import log
from typing import Any

import numpy as np

from tinygan.data import Gaussian
from tinygan.drawing.panels import Panel, panels
from tinygan.drawing.symbols import COLOURS
from tinygan.nn import Module
from tinygan.theory.closed_forms import FAIR, LOADED
from tinygan.theory.inner_loop import outputs
from tinygan.theory.statements.statement import Check, Statement
from tinygan.theory.wasserstein import discrete_wasserstein1, lipschitz_critic
from tinygan.theory.wgan import critic, discriminator, parallel_lines, penalized_slope, slopes

P, Q = Gaussian(0.0, 1.0), Gaussian(4.0, 1.0)  # real, fake
WEIGHT = 10.0
SEEDS = (0, 1, 2)
FACES = np.arange(1.0, 7.0)[:, np.newaxis]
BETWEEN = np.linspace(P.mean, Q.mean, 21)


@cache
def players() -> tuple[list[Module], list[Module]]:
    """D and the critic, one of each for each seed."""
    rngs = [np.random.default_rng(seed) for seed in SEEDS]
    return [discriminator(P, Q, rng) for rng in rngs], [critic(P, Q, WEIGHT, rng) for rng in rngs]


def of_lines() -> list[Check]:
    """At theta = 0.25, -1.5 and 0."""
    stated = {"kl": np.inf, "reverse-kl": np.inf, "total-variation": 1.0, "js": log(2)}
    found = []
    for theta in (0.25, -1.5):
        lines = parallel_lines(theta)
        found += [
            Check(f"{theta:g}: {name}", {**stated, "wasserstein-1": abs(theta)}[name], lines[name]) for name in lines
        ]
    return [*found, *(Check(f"0: {name}", 0.0, value) for name, value in parallel_lines(0.0).items())]


def of_duality() -> list[Check]:
    """The best plan and the best critic; the second is also 1-Lipschitz on the line by its slopes."""
    places = np.random.default_rng(0).standard_normal((12, 2))
    p, q = np.random.default_rng(1).dirichlet(np.ones(12), 2)
    f, dice = lipschitz_critic(p, q, places), lipschitz_critic(LOADED, FAIR, FACES)
    return [
        Check("12 places in the plane", discrete_wasserstein1(p, q, places, places), float((p - q) @ f)),
        Check("a loaded and a fair die", 1 / 3, float((LOADED - FAIR) @ dice)),
        Check("its largest slope", 1.0, float(np.abs(np.diff(dice)).max())),
    ]


def of_critics() -> list[Check]:
    """The logit of D that is furthest from that of D*, the slope of D, and the critic's slope between the means."""
    discriminators, critics = players()
    near = np.array([Q.mean - 0.05, Q.mean, Q.mean + 0.05])
    logits = np.array([outputs(D, near) for D in discriminators])  # those of D* are 8 - 4 x
    chances = 1 / (1 + np.exp(-logits))
    steepness = np.abs(chances[:, 2] - chances[:, 0]) / 0.1
    inclines = -np.array([slopes(f, BETWEEN) for f in critics])
    stated = penalized_slope(Q.mean - P.mean, WEIGHT)
    return [
        Check("logit of D, mean of p_g", -8.0, float(logits[np.argmax(abs(logits[:, 1] + 8)), 1]), 2.0),
        Check("slope of D there", 0.0, float(steepness.max()), 0.005),
        Check("critic: least slope", stated, float(inclines.min()), 0.1),
        Check("critic: mean slope", stated, float(inclines.mean()), 0.02),
        Check("critic: largest slope", stated, float(inclines.max()), 0.1),
    ]


def draw_duality() -> Any:
    """Two dice, and the critic of slope 1 that tells them apart."""
    faces, critic = FACES[:, 0], lipschitz_critic(LOADED, FAIR, FACES)
    return panels(
        [
            Panel("P(X)", points={"loaded die": (faces - 0.08, LOADED), "fair die": (faces + 0.08, FAIR)}, x="face"),
            Panel(
                "the best critic of slope 1",
                {"f": (faces, critic)},
                {"": (faces, critic)},
                x="face",
                colours={"": "tab:blue"},
            ),
        ]
    )


def draw_lines() -> Any:
    """W1 and JS against the distance of the lines."""
    thetas = np.linspace(-1, 1, 21)
    found = [parallel_lines(theta) for theta in thetas]
    names = {"wasserstein-1": "Wasserstein-1", "js": "Jensen-Shannon"}
    levels = {"wasserstein-1": {}, "js": {"log 2": log(2)}}
    return panels(
        [
            Panel(title, points={title: (thetas, [each[name] for each in found])}, levels=levels[name], x=r"$\theta$")
            for name, title in names.items()
        ],
        "two parallel lines",
    )


def draw_critics() -> Any:
    """As in the paper: densities, GAN's D and WGAN's critic; and the slopes of both."""
    x = np.linspace(-4, 8, 400)
    curves = {"density of real": (x, P.density(x)), "density of fake": (x, Q.density(x))}
    discriminators, critics = players()
    chances = [1 / (1 + np.exp(-outputs(D, x))) for D in discriminators]
    lines = [outputs(f, x) - outputs(f, BETWEEN).mean() for f in critics]
    steepness = [np.abs(np.gradient(each, x)) for each in chances], [np.abs(slopes(f, x)) for f in critics]
    colours = {"density of real": COLOURS["data"], "density of fake": COLOURS["G"], "D of GAN": COLOURS["D"]}
    colours |= {"critic of WGAN-GP": "tab:red"}
    both = ("D of GAN", "critic of WGAN-GP")
    ends = dict(zip(both, (_around(x, each) for each in steepness), strict=True))
    return panels(
        [
            Panel("D saturates", curves | {both[0]: (x, chances[0])}, x="x", colours=colours),
            Panel("the critic is linear", {both[1]: (x, lines[0])}, x="x", colours=colours),
            Panel(
                "slope, in a band of three seeds",
                {name: (x, np.mean(each, axis=0)) for name, each in zip(both, steepness, strict=True)},
                x="x",
                y="|slope|",
                logarithmic="y",
                colours=colours,
                bands=ends,
            ),
        ]
    )


def _around(x: Any, seeds: Any) -> tuple[Any, Any, Any]:
    return x, np.min(seeds, axis=0), np.max(seeds, axis=0)


STATEMENTS = [
    Statement(
        "duality",
        "The best plan costs what the best 1-Lipschitz critic gains: W1 = sup E_p[f] - E_q[f]",
        "Arjovsky et al. 2017, eq. (1) and (2)",
        of_duality,
        draw_duality,
    ),
    Statement(
        "parallel-lines",
        "Of two parallel lines JS = log 2 and TV = 1 at any distance, and W1 is the distance",
        "Arjovsky et al. 2017, example 1 and figure 1",
        of_lines,
        draw_lines,
    ),
    Statement(
        "critic-is-linear",
        "Between two Gaussians D saturates, and a penalized critic has slope 1 + W1 / (2 weight)",
        "Arjovsky et al. 2017, figure 2; Gulrajani et al. 2017, eq. (3)",
        of_critics,
        draw_critics,
    ),
]
