"""Three regularizers of the Dirac-GAN: R1 and instance noise make training converge, the penalty of WGAN-GP does not.

The closed forms are those of Mescheder et al. 2018, section 3.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.drawing.panels import Panel, panels
from tinygan.objectives import R1, GradientPenalty, Minimax, NonSaturating, Wasserstein
from tinygan.optim import sgd
from tinygan.theory.dynamics import eigenvalues, integral_curve, orbit, simultaneous
from tinygan.theory.games import ExpectedNoise, SmallGame, dirac_gan
from tinygan.theory.statements.games import COARSE, F1, PAPER, ZERO, H, beside, compare, field_of, plus_minus
from tinygan.theory.statements.statement import Check, Statement

F2 = -0.25  # f''(0) of f(t) = -log(1 + exp(-t))
GAMMAS, STDS = (0.3, 0.9, 2.0), (0.5, 1.0, 2.0)
BOTH = {"minimax": Minimax(), "non-sat.": NonSaturating()}


def with_penalty(gamma: float) -> tuple[complex, complex]:
    """-gamma / 2 +- sqrt(gamma^2 / 4 - f'(0)^2), complex below gamma = 2 f'(0)."""
    return plus_minus(-gamma / 2, gamma**2 / 4 - F1**2)


def with_noise(std: float) -> tuple[complex, complex]:
    """f''(0) sigma^2 +- sqrt(f''(0)^2 sigma^4 - f'(0)^2), complex below sigma^2 = f'(0) / |f''(0)|."""
    return plus_minus(F2 * std**2, (F2 * std**2) ** 2 - F1**2)


def of_penalty() -> list[Check]:
    """The eigenvalues of v with R1."""
    found = []
    for name, loss in BOTH.items():
        for gamma in GAMMAS:
            computed = eigenvalues(dirac_gan(loss + R1(gamma)).field, ZERO)
            found += compare(f"{name}, {gamma:g}", with_penalty(gamma), computed)
    return found


def of_noise() -> list[Check]:
    """The eigenvalues of v with noise on examples and samples."""
    found = []
    for name, loss in BOTH.items():
        for std in STDS:
            computed = eigenvalues(dirac_gan(ExpectedNoise(loss, std)).field, ZERO)
            found += compare(f"{name}, {std:g}", with_noise(std), computed)
    return found


def crossings(game: SmallGame, start: tuple[float, float], time: float) -> NDArray[np.float64]:
    """theta where the integral curve crosses psi = 0, to third order in the distance of the points on it."""
    w = integral_curve(game, start, np.linspace(0, time, 200 * round(time) + 1), COARSE)
    before = w[:-1][(w[:-1, 1] > 0) != (w[1:, 1] > 0)]
    speed = np.array([game.field(each)[1] for each in before])  # of psi; that of theta is psi
    return before[:, 0] - before[:, 1] ** 2 / (2 * speed)


def of_cycle() -> list[Check]:
    """Where integral curves of WGAN-GP cross psi = 0 in the end, from starts inside and outside of the cycle."""
    found = []
    for weight, start, side in ((0.8, (0.2, 0.2), "inside"), (0.5, (2.0, 0.5), "outside")):
        gamma = 2 * weight  # weight (|psi| - 1)^2 is the paper's gamma / 2 (|psi| - g0)^2 with g0 = 1
        # where psi > 0, w is a damped spiral about (gamma, 0): half a turn shrinks it by exp(-pi gamma / (2 omega))
        width = gamma / np.tanh(np.pi * gamma / (4 * np.sqrt(1 - gamma**2 / 4)))
        reached = crossings(dirac_gan(Wasserstein() + GradientPenalty(weight)), start, 15.0)[-1]
        found.append(Check(f"lambda = {weight:g}, {side}", width, float(abs(reached)), 1e-3))
    return found


def _rotation(eigenvalue: complex) -> tuple[float, float]:
    """The order of eigenvalues: by imaginary part, then by real part."""
    return eigenvalue.imag, eigenvalue.real


def against(x: str, values: NDArray, game: Callable, stated: Callable) -> Panel:
    """The eigenvalue of v with the largest imaginary part, or real part, against a setting."""
    computed = np.array([max(eigenvalues(game(v).field, ZERO), key=_rotation) for v in values])
    fine = np.linspace(values[0], values[-1], 300)
    lines = np.array([stated(v)[0] for v in fine])
    return beside(
        "an eigenvalue of the vector field",
        {"real part": (fine, lines.real), "imaginary part": (fine, lines.imag)},
        {"real part": (values, computed.real), "imaginary part": (values, computed.imag)},
        x=x,
    )


def inwards(game: SmallGame, title: str) -> Any:
    """The field of a game with an orbit of simultaneous steps."""
    return field_of(game, title, orbits={"60 steps, h = 0.5": orbit(simultaneous(game, sgd(H)), (1.2, 0.0), 60)})


def draw_penalty() -> Any:
    """The field with a weak and a strong penalty, and its eigenvalues."""

    def game(gamma: float) -> SmallGame:
        return dirac_gan(Minimax() + R1(gamma))

    return panels(
        [
            inwards(game(0.5), r"R1, $\gamma$ = 0.5: a spiral in"),
            inwards(game(2.0), r"R1, $\gamma$ = 2: no rotation"),
            against(r"$\gamma$", np.linspace(0, 2.5, 26), game, with_penalty),
        ]
    )


def draw_noise() -> Any:
    """The field with noise, and its eigenvalues."""

    def game(std: float) -> SmallGame:
        return dirac_gan(ExpectedNoise(Minimax(), std))

    return panels(
        [
            inwards(game(1.0), r"instance noise, $\sigma$ = 1"),
            against(r"$\sigma$", np.linspace(0, 2, 21), game, with_noise),
        ]
    )


def draw_cycle() -> Any:
    """The field of WGAN-GP with two curves that meet on its cycle."""
    game = dirac_gan(Wasserstein() + GradientPenalty(0.5))
    starts = {"from inside": (0.2, 0.2), "from outside": (-1.9, 0.5)}
    curves = {name: integral_curve(game, start, np.linspace(0, 14, 400), COARSE) for name, start in starts.items()}
    return panels([field_of(game, r"WGAN-GP, $\lambda$ = 0.5: a cycle", curves=curves, reach=2.2)])


STATEMENTS = [
    Statement(
        "r1",
        "With R1 they are -gamma / 2 +- sqrt(gamma^2 / 4 - f'(0)^2): training converges",
        f"{PAPER}, section 3, zero-centered gradient penalties",
        of_penalty,
        draw_penalty,
    ),
    Statement(
        "instance-noise",
        "With noise they are f''(0) s^2 +- sqrt(f''(0)^2 s^4 - f'(0)^2): training converges",
        f"{PAPER}, section 3, instance noise",
        of_noise,
        draw_noise,
    ),
    Statement(
        "wgan-gp-cycle",
        "WGAN-GP does not converge: it ends on a cycle, from inside and from outside",
        f"{PAPER}, section 3; the width of the cycle from the two spirals that it joins",
        of_cycle,
        draw_cycle,
    ),
]
