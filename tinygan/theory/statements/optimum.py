"""What Goodfellow et al. 2014 prove: the value function, the optimal D, and the minimum of the criterion C(G)."""

from math import log
from typing import Any

import numpy as np

from tinygan.data import Gaussian, Mixture, Ring
from tinygan.data.noise import Uniform
from tinygan.drawing.panels import Panel, panels
from tinygan.drawing.symbols import COLOURS, P_DATA, P_G
from tinygan.objectives import Minimax
from tinygan.objectives.divergences import weighted
from tinygan.theory.closed_forms import FAIR, LOADED
from tinygan.theory.divergences import jensen_shannon
from tinygan.theory.statements.statement import Check, Statement
from tinygan.theory.value import criterion, optimal_logit, optimal_probabilities, value

LOG_4 = log(4)
P, Q = Gaussian(0.0, 1.0), Mixture((-1.0, 2.0), (0.6, 1.0), (0.4, 0.6))
PAIRS = {
    "two Gaussians": (Gaussian(0.0, 1.0), Gaussian(1.0, 1.5)),
    "Gaussian, mixture": (P, Q),
    "rings in the plane": (Ring(std=0.2), Ring(std=0.3)),
}
SAMPLES = 400_000


def tilted(x: Any) -> Any:
    """The logit of a D that is not optimal."""
    return 1.0 - np.reshape(x, -1)


def of_samples() -> list[Check]:
    """V by quadrature, and as the mean over samples, within five standard errors."""
    rng = np.random.default_rng(0)
    real, fake = (tilted(each.sample(SAMPLES, rng).astype(np.float64)) for each in (P, Q))
    spread = np.sqrt((np.logaddexp(0, -real).var() + np.logaddexp(0, fake).var()) / SAMPLES)
    return [Check("400,000 samples", value(tilted, P, Q).value, -float(Minimax().d(real, fake)), 5 * float(spread))]


def of_ratios() -> list[Check]:
    """D* where it is known by hand, and the value of D* beside those of other D."""
    one, other = PAIRS["two Gaussians"]
    logit = optimal_logit(one, other)
    # N(0, 1) and N(1, 1.5^2): log p - log q = log 1.5 - x^2 / 2 + (x - 1)^2 / 4.5
    x = np.array([-2.0, 0.5, 3.0])
    by_hand = log(1.5) - x**2 / 2 + (x - 1) ** 2 / 4.5
    found = [Check(f"log p / q at x = {at:g}", *numbers) for at, *numbers in zip(x, by_hand, logit(x), strict=True)]
    # V(D* + h) - V(D*) = -h^2 / 2 * the integral of p q / (p + q), to second order
    h = 1e-3
    moved = value(lambda x: logit(x) + h, one, other).value - value(logit, one, other).value
    grid = np.linspace(-12, 13, 250_001)
    p, q = one.density(grid), other.density(grid)
    curvature = float(np.sum(p * q / (p + q)) * (grid[1] - grid[0]))
    return [*found, Check("V beside D*, / h^2", -curvature / 2, moved / h**2, 2e-5)]


def of_criterion() -> list[Check]:
    """C(G) = -log 4 + 2 JS for each pair; and where JS is known by hand."""
    by_hand = {
        "half of each overlaps": ((Uniform(1, 0, 2), Uniform(1, 1, 3)), -LOG_4 / 2),
        "disjoint": ((Uniform(1, 0, 1), Uniform(1, 2, 3)), 0.0),
        "p_g = p_data": ((P, P), -LOG_4),
    }
    return [
        *(
            Check(name, -LOG_4 + 2 * jensen_shannon(*pair).value, criterion(*pair).value)
            for name, pair in PAIRS.items()
        ),
        *(Check(name, stated, criterion(*pair).value) for name, (pair, stated) in by_hand.items()),
        Check("loaded die, fair die", -LOG_4 + 2 * jensen_shannon(LOADED, FAIR).value, of_dice(LOADED, FAIR)),
    ]


def of_dice(p: Any, q: Any) -> float:
    """V of two dice with D* of each face."""
    best = optimal_probabilities(p, q)
    with np.errstate(divide="ignore", invalid="ignore"):  # D* is 0 at the face that p never shows
        return float((weighted(p, np.log(best)) + weighted(q, np.log(1 - best))).sum())


def draw_value() -> Any:
    """V of the D whose logit is that of D* plus h, against h."""
    h = np.linspace(-3, 3, 61)
    best = optimal_logit(P, Q)
    values = [value(lambda x, h=h: best(x) + h, P, Q).value for h in h]
    return panels(
        [
            Panel(
                "the value of other D",
                {"V(D, G)": (h, values)},
                levels={"C(G)": criterion(P, Q).value, "-log 4": -LOG_4},
                x="added to the logit of D*",
            )
        ]
    )


def draw_optimum() -> Any:
    """p_data, p_g and D* on the line."""
    x = np.linspace(-5, 6, 600)
    d = 1 / (1 + np.exp(-optimal_logit(P, Q)(x)))
    return panels(
        [
            Panel(
                "densities",
                {P_DATA: (x, P.density(x)), P_G: (x, Q.density(x))},
                x="x",
                colours={P_DATA: COLOURS["data"], P_G: COLOURS["G"]},
            ),
            Panel("the optimal D", {"D*(x)": (x, d)}, levels={"1/2": 0.5}, x="x"),
        ]
    )


def draw_criterion() -> Any:
    """C(G) and JS of two Gaussians against their distance."""
    distances = np.linspace(0, 8, 81)
    others = [Gaussian(distance, 1.0) for distance in distances]
    return panels(
        [
            Panel(
                "two Gaussians of width 1",
                {
                    "C(G)": (distances, [criterion(P, other).value for other in others]),
                    "JS": (distances, [jensen_shannon(P, other).value for other in others]),
                },
                levels={"-log 4": -LOG_4, "log 2": log(2)},
                x="distance of their means",
            )
        ]
    )


STATEMENTS = [
    Statement(
        "value",
        "V(D, G) = E_p[log D(x)] + E_z[log(1 - D(G(z)))], by quadrature and by samples",
        "Goodfellow et al. 2014, eq. (1)",
        of_samples,
        draw_value,
    ),
    Statement(
        "optimal-d",
        "D*(x) = p_data(x) / (p_data(x) + p_g(x)) maximizes V",
        "Goodfellow et al. 2014, proposition 1",
        of_ratios,
        draw_optimum,
    ),
    Statement(
        "criterion",
        "C(G) = max over D of V = -log 4 + 2 JS(p_data, p_g)",
        "Goodfellow et al. 2014, theorem 1",
        of_criterion,
        draw_criterion,
    ),
]
