"""What Goodfellow et al. 2014 prove of the algorithm: C is convex in p_g, and p_g converges to p_data."""

from functools import cache
from itertools import islice
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.drawing.panels import Panel, panels
from tinygan.drawing.symbols import COLOURS, P_DATA
from tinygan.optim import sgd
from tinygan.theory.divergences import total_variation
from tinygan.theory.statements.statement import Check, Statement
from tinygan.theory.tabular import descend, second_differences, table_criterion, table_value
from tinygan.theory.value import optimal_probabilities

BINS = np.arange(12)
TWO_HUMPS = np.exp(-((BINS - 3) ** 2) / 2) + 0.6 * np.exp(-((BINS - 8) ** 2) / 4) + 0.02
DATA = TWO_HUMPS / TWO_HUMPS.sum()
START = np.linspace(-2, 2, len(BINS))  # logits of p_g
STEPS = 400
SEGMENTS = 50
ROUNDING = 1e-15  # of a second difference


@cache
def path() -> NDArray:
    """p_g before the first step and after each, (STEPS + 1, bins)."""
    return np.array(list(islice(descend(DATA, START, sgd(8.0)), STEPS + 1)))


def of_descent() -> list[Check]:
    """The end of the path, and whether C has ever risen."""
    values = np.array([table_criterion(DATA, p_g) for p_g in path()])
    return [
        Check("C(G) at the end", -log(4), float(values[-1])),
        Check("TV at the end", 0.0, total_variation(DATA, path()[-1]).value),
        Check("steps on which C rises", 0, int(np.sum(np.diff(values) > ROUNDING))),
    ]


def pairs() -> NDArray:
    """Two p_g for each segment, (SEGMENTS, 2, bins)."""
    return np.random.default_rng(0).dirichlet(np.ones(len(BINS)), (SEGMENTS, 2))


def of_convexity() -> list[Check]:
    """Segments between random p_g; and V at the D* of one end, which is linear and below C."""
    dents = above = 0
    slack = []
    for one, other in pairs():
        dents += bool((second_differences(DATA, one, other) < -ROUNDING).any())
        d = optimal_probabilities(DATA, one)
        above += table_value(d, DATA, other) > table_criterion(DATA, other)
        middle = table_value(d, DATA, (one + other) / 2)
        slack.append(table_value(d, DATA, one) + table_value(d, DATA, other) - 2 * middle)
    return [
        Check("segments with a dent", 0, dents),
        Check("V at a fixed D: its bend", 0.0, float(np.abs(slack).max())),
        Check("V at a fixed D above C", 0, above),
    ]


def draw_descent() -> Any:
    """p_g at some steps, and C against the step."""
    steps = (0, 10, 50, STEPS)
    values = np.array([table_criterion(DATA, p_g) for p_g in path()]) + log(4)
    shades = dict(zip(steps, ("#c7e9c0", "#74c476", "#31a354", "#00441b"), strict=True))
    curves = {f"$p_g$, step {step}": (BINS, path()[step]) for step in steps}
    return panels(
        [
            Panel(
                "a table of probabilities",
                curves,
                {P_DATA: (BINS, DATA)},
                x="bin",
                colours={P_DATA: COLOURS["data"]} | {f"$p_g$, step {step}": shades[step] for step in steps},
            ),
            Panel(
                "C(G) + log 4 = 2 JS", {"D at its optimum": (np.arange(STEPS + 1), values)}, x="step", logarithmic="y"
            ),
        ]
    )


def draw_convexity() -> Any:
    """C along a segment through p_data, and the line of V at the D* of one place."""
    one, other = pairs()[0]
    t = np.linspace(0, 1, 101)
    line = [(1 - s) * one + s * other for s in t]
    d = optimal_probabilities(DATA, line[30])
    return panels(
        [
            Panel(
                "p_g on a segment",
                {
                    "C(G), the maximum over D": (t, [table_criterion(DATA, p_g) for p_g in line]),
                    "V at the D* of t = 0.3": (t, [table_value(d, DATA, p_g) for p_g in line]),
                },
                {"t = 0.3": ([0.3], [table_criterion(DATA, line[30])])},
                x="t",
            )
        ]
    )


STATEMENTS = [
    Statement(
        "convex",
        "V is linear in p_g for each D, so C(G), its maximum over D, is convex in p_g",
        "Goodfellow et al. 2014, proof of proposition 2",
        of_convexity,
        draw_convexity,
    ),
    Statement(
        "convergence",
        "With D at its optimum in each step, p_g descends C(G) and converges to p_data",
        "Goodfellow et al. 2014, proposition 2",
        of_descent,
        draw_descent,
    ),
]
