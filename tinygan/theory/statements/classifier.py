"""JS by classifiers of rising capacity, each trained with three seeds."""

from functools import cache
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.data import Gaussian, Mixture
from tinygan.drawing.panels import Panel, panels
from tinygan.drawing.symbols import COLOURS, P_DATA, P_G
from tinygan.nn import Module
from tinygan.theory.classifier import classifier, cross_entropy
from tinygan.theory.divergences import jensen_shannon
from tinygan.theory.inner_loop import outputs
from tinygan.theory.statements.statement import Check, Statement
from tinygan.theory.value import optimal_logit

P, Q = Mixture((-2.0, 1.5), (0.5, 0.7), (0.3, 0.7)), Gaussian(0.0, 1.5)
UNITS = (1, 2, 4, 16)
SEEDS = (0, 1, 2)
DISTANCES, PAIR = (4.0, 2.0, 1.0, 0.0), (1, 4)  # of p_g on its way, and the units of a small ensemble


@cache
def trained() -> dict[int, list[Module]]:
    """The classifiers of each number of units, one for each seed."""
    return {units: [classifier(P, Q, units, np.random.default_rng(seed)) for seed in SEEDS] for units in UNITS}


@cache
def entropies() -> dict[int, list[float]]:
    """Their cross-entropies."""
    return {units: [cross_entropy(D, P, Q) for D in found] for units, found in trained().items()}


@cache
def sums() -> NDArray:
    """The summed losses of a small ensemble of N(0, 1) and N(distance, 1), (distances, seeds)."""

    def loss(distance: float, seed: int) -> float:
        p, q = Gaussian(0.0, 1.0), Gaussian(distance, 1.0)
        ensemble = [classifier(p, q, units, np.random.default_rng(seed), steps=100) for units in PAIR]
        return sum(cross_entropy(D, p, q) for D in ensemble)

    return np.array([[loss(distance, seed) for seed in SEEDS] for distance in DISTANCES])


def of_bound() -> list[Check]:
    """Each estimate below JS, and those of 16 units near it."""
    exact = jensen_shannon(P, Q).value
    estimates = {units: log(2) - np.array(found) for units, found in entropies().items()}
    return [
        Check("below JS, of 12", 12, sum(int(np.sum(found < exact)) for found in estimates.values())),
        Check("16 units, worst of 3", exact, float(estimates[16].min()), 0.003),
        Check("16 units, best of 3", exact, float(estimates[16].max()), 0.001),
    ]


def of_ensemble() -> list[Check]:
    """The least loss of three seeds, as training may end in a local minimum: that of a smaller family."""
    losses = [min(entropies()[units]) for units in reversed(UNITS)]
    ladder = [log(2) - jensen_shannon(P, Q).value, *losses, log(2)]
    return [
        Check("steps up, of 5", 5, int(np.sum(np.diff(ladder) > 0))),
        Check("first step, to 16 units", 0.0, ladder[1] - ladder[0], 0.001),
    ]


def of_progress() -> list[Check]:
    """The sum at each distance above the last for each seed, and n log 2 where p_g is p_data."""
    end = sums()[-1]
    return [
        Check("rises, of 9", 9, int(np.sum(np.diff(sums(), axis=0) > 0))),
        Check("p_g = p_data: 2 log 2", 2 * log(2), float(end[np.argmax(np.abs(end - 2 * log(2)))]), 0.005),
    ]


def draw_bound() -> Any:
    """Densities, each classifier of one seed beside D*, and the estimates against the capacity."""
    x = np.linspace(-5, 8, 400)
    curves = {"D*": (x, _probability(optimal_logit(P, Q)(x)))}
    curves |= {
        f"{units} unit{'s' * (units > 1)}": (x, _probability(outputs(found[0], x)))
        for units, found in trained().items()
    }
    estimates = {
        f"seed {seed}": (UNITS, [log(2) - entropies()[units][i] for units in UNITS]) for i, seed in enumerate(SEEDS)
    }
    estimates["JS"] = UNITS, [jensen_shannon(P, Q).value] * len(UNITS)
    densities = {P_DATA: (x, P.density(x)), P_G: (x, Q.density(x))}
    return panels(
        [
            Panel("densities", densities, x="x", colours={P_DATA: COLOURS["data"], P_G: COLOURS["G"]}),
            Panel("classifiers", curves, x="x", colours={"D*": "black"}),
            Panel("log 2 - cross-entropy", curves=estimates, colours={"JS": "black"}, x="tanh units"),
        ]
    )


def draw_ensemble() -> Any:
    """The losses of the families against the capacity, down to log 2 - JS."""
    curves = {f"seed {seed}": (UNITS, [entropies()[units][i] for units in UNITS]) for i, seed in enumerate(SEEDS)}
    curves["log 2 - JS"] = UNITS, [log(2) - jensen_shannon(P, Q).value] * len(UNITS)
    return panels([Panel("loss of trained classifiers", curves, colours={"log 2 - JS": "black"}, x="tanh units")])


def draw_progress() -> Any:
    """The sums against the distance, beside what JS allows."""
    distances = np.linspace(0, 4, 41)
    least = [2 * (log(2) - jensen_shannon(Gaussian(0.0, 1.0), Gaussian(each, 1.0)).value) for each in distances]
    points = {f"seed {seed}": (DISTANCES, sums()[:, i]) for i, seed in enumerate(SEEDS)}
    curves, levels = {"2 (log 2 - JS)": (distances, least)}, {"2 log 2": 2 * log(2)}
    title, x = "sum of the losses of two classifiers", "distance of two Gaussians of width 1"
    return panels([Panel(title, curves, points, levels, x, colours={"2 (log 2 - JS)": "black"})])


def _probability(logit: Any) -> Any:
    return 1 / (1 + np.exp(-logit))


STATEMENTS = [
    Statement(
        "classifier",
        "JS(p, q) = log 2 - min over f of the cross-entropy; each f gives a lower bound",
        "lecture notes on training GANs; Goodfellow et al. 2014, theorem 1",
        of_bound,
        draw_bound,
    ),
    Statement(
        "ensemble",
        "A larger family has a lower loss: log 2 - JS <= min over 16 units <= min over 4 <= ...",
        "lecture notes on training GANs; Goodfellow et al. 2014, theorem 1",
        of_ensemble,
        draw_ensemble,
    ),
    Statement(
        "progress",
        "The summed losses of an ensemble of n rise to n log 2 as p_g nears p_data",
        "lecture notes on training GANs; Goodfellow et al. 2014, theorem 1",
        of_progress,
        draw_progress,
    ),
]
