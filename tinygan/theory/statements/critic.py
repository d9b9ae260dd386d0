"""What Nowozin et al. 2016 state of f-GAN: f** = f, and the critic at which the variational bound is tight."""

from typing import Any

import numpy as np

from tinygan.data import Gaussian, Mixture
from tinygan.drawing.panels import Panel, panels
from tinygan.objectives import DIVERGENCES
from tinygan.theory.critic import biconjugate, bound, optimal_output
from tinygan.theory.divergences import f_divergence
from tinygan.theory.statements.statement import Check, Statement

P, Q = Gaussian(0.0, 1.0), Mixture((-1.0, 2.0), (0.8, 1.0), (0.4, 0.6))
RATIOS = np.array([0.01, 0.3, 1.0, 2.0, 50.0])
PLACE = np.array([[0.5]])


def of_conjugates() -> list[Check]:
    """f** and f at the ratio of five where they differ most."""
    found = []
    for name, row in DIVERGENCES.items():
        pairs = [(float(row.f(np.array(u))), biconjugate(name, u)) for u in RATIOS]
        found.append(Check(name, *max(pairs, key=lambda pair: abs(pair[0] - pair[1]))))
    return found


def of_bounds() -> list[Check]:
    """T* at a place, the bound at T*, and the bound at other critics, which is lower."""
    ratio = P.density(PLACE) / Q.density(PLACE)
    found, lower = [], 0
    for name, row in DIVERGENCES.items():
        exact, best = f_divergence(name, P, Q).value, optimal_output(name, P, Q)
        found.append(Check(f"{name}: T*", float(row.derivative(ratio)[0]), float(row.activation(best(PLACE))[0])))
        found.append(Check(f"{name}: bound", exact, bound(name, best, P, Q).value))
        for step in (-0.1, 0.1):
            # total variation: v* is +-20, where tanh is +-1; half of the other sign is a critic that differs
            scale = 1 + step if name != "total-variation" else 0.05
            lower += bound(name, lambda x, scale=scale, best=best: scale * best(x), P, Q).value < exact - 1e-6
    return [*found, Check("below: other critics, 18", 2 * len(DIVERGENCES), lower)]


def draw_conjugates() -> Any:
    """f of every row but two, with the points of f**."""
    u, few = np.linspace(0.2, 4, 80), np.linspace(0.25, 4, 9)
    names = [name for name in DIVERGENCES if name not in ("gan", "jeffrey")]
    found = [biconjugate(name, each) for name in names for each in few]
    return panels(
        [
            Panel(
                "f(u)",
                {name: (u, DIVERGENCES[name].f(u)) for name in names},
                {"sup over t of u t - f*(t)": (np.tile(few, len(names)), found)},
                x="u = p / q",
                colours={"sup over t of u t - f*(t)": "black"},
            )
        ]
    )


def draw_bounds() -> Any:
    """T* of some rows, and the bound at multiples of the output v*."""
    x = np.linspace(-2.5, 2.5, 400)
    names = ["kl", "reverse-kl", "squared-hellinger", "js"]
    scales = np.linspace(0, 1.6, 33)
    critics = {name: (x, DIVERGENCES[name].activation(optimal_output(name, P, Q)(x[:, np.newaxis]))) for name in names}
    bounds = {}
    for name in names:
        best = optimal_output(name, P, Q)
        exact = f_divergence(name, P, Q).value
        found = [bound(name, lambda x, s=s, best=best: s * best(x), P, Q).value / exact for s in scales]
        bounds[name] = (scales, np.where(np.array(found) > -1, found, np.nan))
    return panels(
        [
            Panel("the optimal critic T* = f'(p / q)", critics, x="x"),
            Panel("the bound, divided by the divergence", bounds, levels={"tight": 1.0}, x="v / v*"),
        ]
    )


STATEMENTS = [
    Statement(
        "conjugates",
        "Each f of the table is its own biconjugate: sup over t of (u t - f*(t)) = f(u)",
        "Nowozin et al. 2016, section 2.2",
        of_conjugates,
        draw_conjugates,
    ),
    Statement(
        "critic",
        "E_p[T] - E_q[f*(T)] is at most D_f(p, q), and is D_f(p, q) for T*(x) = f'(p(x) / q(x))",
        "Nowozin et al. 2016, eq. (4) and (5)",
        of_bounds,
        draw_bounds,
    ),
]
