"""The gradients that G gets from D*: that of 2 JS, that of KL - 2 JS, and their sum, that of KL."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tinygan.data import Gaussian, Mixture
from tinygan.data.gaussians import GaussianMixture
from tinygan.drawing.panels import Panel, panels
from tinygan.theory import closed_forms
from tinygan.theory.divergences import jensen_shannon, kl
from tinygan.theory.generator_gradients import derivative, expected_loss, gradient, minimax, non_saturating
from tinygan.theory.statements.statement import Check, Statement

STANDARD, MOVED = Gaussian(0.0, 1.0), Gaussian(1.5, 0.7)
PAIRS: dict[str, tuple[GaussianMixture, Gaussian]] = {  # p_data, p_g; a case is named by its p_g, or by its p_data
    "N(1.5, 0.7)": (STANDARD, MOVED),
    "N(6, 1.2)": (STANDARD, Gaussian(6.0, 1.2)),
    "two modes": (Mixture((-1.0, 2.0), (0.6, 1.0), (0.4, 0.6)), Gaussian(0.5, 0.8)),
}


def of_minimax() -> list[Check]:
    """By autograd through D*, and by differences of 2 JS."""
    return _checks(minimax, lambda p, q: 2 * jensen_shannon(p, q).value)


def of_non_saturating() -> list[Check]:
    """By autograd through D*, and by differences of KL(p_g, p_data) - 2 JS."""
    return _checks(non_saturating, lambda p, q: kl(q, p).value - 2 * jensen_shannon(p, q).value)


def _checks(loss: Callable, divergence: Callable) -> list[Check]:
    """The gradient of `loss` in mean and std beside the derivative of `divergence`, of p_data and p_g."""
    found = []
    for case, (p, q) in PAIRS.items():
        stated = derivative(partial(divergence, p), q)
        for by, *numbers in zip(("mean", "std"), stated, gradient(loss, p, q), strict=True):
            found.append(Check(f"{case}: {by}", *map(float, numbers)))
    return found


def of_sum() -> list[Check]:
    """The sum of both losses, and of their gradients, where KL has a closed form."""
    found = []
    for case, (p, q) in PAIRS.items():
        both = expected_loss(minimax, p, q) + expected_loss(non_saturating, p, q)
        found.append(Check(case, kl(q, p).value, both))
    p, q = STANDARD, MOVED
    both = expected_loss(minimax, p, q) + expected_loss(non_saturating, p, q)
    by_mean, by_std = gradient(minimax, p, q) + gradient(non_saturating, p, q)
    return [
        *found,
        Check("closed form of the first", closed_forms.kl(q, p), both),
        Check("its gradient, d mean", (q.mean - p.mean) / p.std**2, by_mean),
        Check("its gradient, d std", q.std / p.std**2 - 1 / q.std, by_std),
    ]


def draw_gradients() -> Any:
    """Both gradients against the distance of two Gaussians, on a linear and on a logarithmic axis."""
    distances = np.linspace(0.05, 8, 80)
    p = Gaussian(0.0, 1.0)
    curves: dict[str, Any] = {}
    for name, loss in (("minimax", minimax), ("non-saturating", non_saturating)):
        curves[name] = distances, [gradient(loss, p, Gaussian(distance, 1.0))[0] for distance in distances]
    curves["their sum: KL"] = distances, distances
    title = "d loss / d mean at D*"
    return panels(
        [
            Panel(title, curves, x="distance of two Gaussians of width 1"),
            Panel(f"{title}, logarithmic", curves, x="distance of two Gaussians of width 1", logarithmic="y"),
        ]
    )


def draw_losses() -> Any:
    """Both losses at D*, and KL, against the distance of two Gaussians."""
    distances = np.linspace(0, 4, 60)
    p = Gaussian(0.0, 1.0)
    parts = {
        name: np.array([expected_loss(loss, p, Gaussian(distance, 1.0)) for distance in distances])
        for name, loss in (("minimax", minimax), ("non-saturating", non_saturating))
    }
    curves: dict[str, Any] = {name: (distances, values) for name, values in parts.items()}
    curves["their sum"] = distances, sum(parts.values())
    every = distances[::6]
    return panels(
        [
            Panel(
                "losses of G at D*",
                curves,
                {"KL, closed form": (every, every**2 / 2)},
                levels={"log 2": np.log(2), "-log 2": -np.log(2)},
                x="distance of two Gaussians of width 1",
            )
        ]
    )


STATEMENTS = [
    Statement(
        "minimax-gradient",
        "At D*, held fixed, the gradient of E_z[log(1 - D(G(z)))] is that of 2 JS(p_data, p_g)",
        "Goodfellow et al. 2014, theorem 1 and proposition 2",
        of_minimax,
        draw_gradients,
    ),
    Statement(
        "non-saturating-gradient",
        "At D*, held fixed, the gradient of -E_z[log D(G(z))] is that of KL(p_g, p_data) - 2 JS",
        "Arjovsky and Bottou 2017, theorem 2.5",
        of_non_saturating,
        draw_gradients,
    ),
    Statement(
        "sum-of-losses",
        "At D*, E_z[log(1 - D(G(z)))] - E_z[log D(G(z))] = KL(p_g, p_data), with no constant",
        "Arjovsky and Bottou 2017, proof of theorem 2.5",
        of_sum,
        draw_losses,
    ),
]
