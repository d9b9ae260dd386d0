"""The Dirac-GAN of Mescheder et al. 2018: its vector field, simultaneous and alternating steps, and their rates.

The closed forms stand here; the numbers beside them come from the package's losses by its autograd. D of the paper has
the other sign, which changes no eigenvalue; see `dirac_gan`.
"""

from cmath import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.drawing.field import Field
from tinygan.drawing.panels import Panel, panels
from tinygan.objectives import R1, Minimax, NonSaturating, Wasserstein
from tinygan.optim import sgd
from tinygan.theory.dynamics import (
    Steps,
    alternating,
    eigenvalues,
    integral_curve,
    measured,
    orbit,
    predicted,
    simultaneous,
)
from tinygan.theory.games import ExpectedNoise, SmallGame, dirac_gan
from tinygan.theory.statements.statement import Check, Statement

PAPER = "Mescheder et al. 2018"
F1 = 0.5  # f'(0) of f(t) = -log(1 + exp(-t))
H = 0.5  # the learning rate
ZERO = (0.0, 0.0)
Curves = dict[str, tuple[Any, Any]]
DIGITS = 1e-8  # the accuracy of eigenvalues
COARSE = 1e-5  # that of integral curves that are drawn, or end on a cycle
LOSSES = {"minimax": (Minimax(), F1), "non-saturating": (NonSaturating(), F1), "WGAN": (Wasserstein(), 1.0)}
PLAIN = dirac_gan(Minimax())
PENALIZED, NOISY = dirac_gan(Minimax() + R1(0.5)), dirac_gan(ExpectedNoise(Minimax(), 1.0))


def compare(case: str, stated: tuple[complex, complex], found: NDArray[np.complex128]) -> list[Check]:
    """Two eigenvalues: the real and the imaginary part of a complex pair, or two real numbers."""
    first, second = sorted((complex(each) for each in stated), key=lambda each: (-each.imag, each.real))
    a, b = sorted((complex(each) for each in found[:2]), key=lambda each: (-each.imag, each.real))
    if first.imag:
        rows = [("real", first.real, a.real), ("imaginary", first.imag, a.imag)]
    else:
        rows = [("smaller", first.real, a.real), ("larger", second.real, b.real)]
    return [Check(f"{case}, {name}", expected, computed, DIGITS) for name, expected, computed in rows]


def plus_minus(middle: float, square: float) -> tuple[complex, complex]:
    """middle +- sqrt(square)."""
    return middle + sqrt(square), middle - sqrt(square)


def of_field() -> list[Check]:
    """Eigenvalues of v, and how the length of w changes on its integral curves."""
    found = []
    for name, (loss, f1) in LOSSES.items():
        found += compare(name, plus_minus(0, -(f1**2)), eigenvalues(dirac_gan(loss).field, ZERO))
    ends = [integral_curve(dirac_gan(LOSSES[name][0]), (1.0, 0.5), [0.0, 10.0]) for name in ("minimax", "WGAN")]
    found += [
        Check(f"{name}, length at t = 10", 1.25**0.5, float(np.linalg.norm(end[-1])))
        for name, end in zip(("minimax", "WGAN"), ends, strict=True)
    ]
    turns = 4 * np.pi * np.arange(5)
    lengths = np.linalg.norm(integral_curve(dirac_gan(NonSaturating()), (0.2, 0.0), turns), axis=1)
    slope = float(np.polyfit(turns, lengths**-2, 1)[0])  # d |w|^2 / dt = -2 u tanh(u / 2), u = theta psi
    return [*found, Check("non-sat., 1 / length^2", 1 / 8, slope)]


def of_simultaneous() -> list[Check]:
    """1 +- h f'(0) i; and the cycle on which non-saturating steps end."""
    found = []
    for name, (loss, f1) in LOSSES.items():
        steps = simultaneous(dirac_gan(loss), sgd(H))
        found += compare(name, plus_minus(1, -((H * f1) ** 2)), eigenvalues(steps, ZERO))
    # a step multiplies |w|^2 by 1 + h^2 / 4, and the flow takes h |w|^4 / 8 of it: they are equal at |w|^2 = 2 h
    end = orbit(simultaneous(dirac_gan(NonSaturating()), sgd(0.2)), (0.8, 0.0), 800)[-126:]  # 2 turns
    return [*found, Check("non-saturating, radius", 0.4**0.5, float(np.linalg.norm(end, axis=1).mean()), 2e-3)]


def of_alternating() -> list[Check]:
    """1 - alpha^2 / 2 +- sqrt((1 - alpha^2 / 2)^2 - 1) with alpha = sqrt(k) h f'(0)."""
    found = []
    for k, h, name in ((1, H, "h = 0.5"), (3, H, "h = 0.5, k = 3"), (1, 3.9, "h = 3.9"), (1, 5.0, "h = 5")):
        middle = 1 - k * (h * F1) ** 2 / 2
        computed = eigenvalues(alternating(PLAIN, sgd(h), k), ZERO)
        found += compare(name, plus_minus(middle, middle**2 - 1), computed)
        largest = 1.0 if k * (h * F1) ** 2 <= 4 else max(map(abs, plus_minus(middle, middle**2 - 1)))
        found.append(Check(f"{name}, |largest|", largest, float(abs(computed[0])), DIGITS))
    return found


RUNS: dict[str, tuple[Steps, float, int]] = {  # the steps, |w| at the start, their number
    "simultaneous": (simultaneous(PLAIN, sgd(H)), 1e-4, 200),
    "alternating": (alternating(PLAIN, sgd(H)), 0.01, 1000),
    "R1": (simultaneous(PENALIZED, sgd(H)), 0.1, 200),
    "noise": (simultaneous(NOISY, sgd(H)), 0.1, 200),
    "R1, alternating": (alternating(PENALIZED, sgd(H)), 0.1, 200),
}


def of_rates() -> list[Check]:
    """log |l| and arg l of the largest eigenvalue against the growth and the turn of an orbit, within 1%."""
    found = []
    plain = predicted(RUNS["simultaneous"][0]).growth
    for name, (steps, start, count) in RUNS.items():
        stated, seen = predicted(steps), measured(orbit(steps, (start, 0.0), count))
        found.append(Check(f"{name}: growth", stated.growth, seen.growth, 0.01 * (abs(stated.growth) or plain)))
        found.append(Check(f"{name}: turn", stated.turn, seen.turn, 0.01 * stated.turn))
    return found


def field_of(game: SmallGame, title: str, **parts: Any) -> Field:
    """The vector field of a game of two parameters as a panel."""
    return Field(title, lambda points: np.stack([game.field(w) for w in points]), **parts)


def beside(title: str, lines: Curves, dots: Curves, **facts: Any) -> Panel:
    """What is stated as lines, and what is computed as dots of the same colours. lines, dots: by the same names."""
    curves = {f"{name}, stated": points for name, points in lines.items()}
    colours = {f"{name}{end}": f"C{i}" for i, name in enumerate(lines) for end in ("", ", stated")}
    return Panel(title, curves, dots, colours=colours, **facts)


def draw_field() -> Any:
    """v of the three losses, with an integral curve each."""
    fields = []
    for name, (loss, _) in LOSSES.items():
        curve = integral_curve(dirac_gan(loss), (1.0, 0.0), np.linspace(0, 26, 300), COARSE)
        fields.append(field_of(dirac_gan(loss), name, curves={"infinitely small steps": curve}))
    return panels(fields)


def draw_simultaneous() -> Any:
    """Orbits of two learning rates, the cycle of the non-saturating loss, and the length of w."""
    orbits, lines, dots = {}, {}, {}
    for h, count in ((0.2, 300), (0.5, 50)):
        name, t = f"h = {h:g}", np.arange(count + 1)
        orbits[name] = orbit(simultaneous(PLAIN, sgd(h)), (0.3, 0.0), count)
        lines[name] = t, 0.3 * (1 + (h * F1) ** 2) ** (t / 2)
        dots[name] = t[::10], np.linalg.norm(orbits[name], axis=1)[::10]
    game = dirac_gan(NonSaturating())
    cycle = {
        name: orbit(simultaneous(game, sgd(0.3)), start, count)
        for name, start, count in (("h = 0.3, from inside", (0.1, 0.0), 360), ("from outside", (1.4, 0.0), 120))
    }
    angle = np.linspace(0, 2 * np.pi, 100)
    ring = {r"radius $\sqrt{2h}$": 0.6**0.5 * np.stack([np.cos(angle), np.sin(angle)], axis=1)}
    return panels(
        [
            field_of(PLAIN, "minimax: a spiral out", orbits=orbits),
            field_of(game, "non-saturating: a cycle", orbits=cycle, curves=ring),
            beside("minimax", lines, dots, x="iteration", y="distance from the equilibrium", logarithmic="y"),
        ]
    )


def draw_alternating() -> Any:
    """Orbits on closed curves, and the largest eigenvalue against the learning rate."""
    orbits = {f"h = {h:g}": orbit(alternating(PLAIN, sgd(h)), (0.8, 0.0), 60) for h in (0.2, 1.0)}
    rates = np.linspace(0, 5.5, 23)
    fine = np.linspace(0, 5.5, 400)
    middle = 1 - (fine * F1) ** 2 / 2
    stated = {
        "simultaneous": (fine, np.sqrt(1 + (fine * F1) ** 2)),
        "alternating": (fine, np.maximum(1, abs(middle) + np.sqrt(np.maximum(middle**2 - 1, 0)))),
    }
    computed = {
        name: (rates, [abs(eigenvalues(method(PLAIN, sgd(h)), ZERO)[0]) for h in rates])
        for name, method in (("simultaneous", simultaneous), ("alternating", alternating))
    }
    facts: Any = {"levels": {"unit circle": 1.0}, "x": "learning rate h", "y": "largest modulus"}
    return panels(
        [
            field_of(PLAIN, "alternating: closed curves", orbits=orbits),
            beside("the largest eigenvalue of a step", stated, computed, **facts),
        ]
    )


def draw_rates() -> Any:
    """A spiral out, a closed curve and a spiral in, and distances beside the rates that are predicted."""
    titles = {"simultaneous": "a spiral out", "alternating": "a closed curve", "R1": "a spiral in"}
    fields, lines, dots, t = [], {}, {}, np.arange(67)
    for (name, title), start in zip(titles.items(), (0.2, 0.8, 1.3), strict=True):
        steps = RUNS[name][0]
        path = orbit(steps, (start, 0.0), len(t) - 1)
        fields.append(field_of(steps.game, f"{name}: {title}", orbits={"66 steps, h = 0.5": path}))
        near = np.linalg.norm(orbit(steps, (0.001, 0.0), len(t) - 1), axis=1)
        lines[name], dots[name] = (t, 0.001 * np.exp(predicted(steps).growth * t)), (t[::2], near[::2])
    facts: Any = {"x": "iteration", "y": "distance from the equilibrium", "logarithmic": "y"}
    return panels([*fields, beside("near the equilibrium", lines, dots, **facts)], most=2)


STATEMENTS = [
    Statement(
        "dirac-gan",
        "The field of the Dirac-GAN has the eigenvalues +-f'(0) i: its curves circle the equilibrium",
        f"{PAPER}, lemmas 2.2 and 2.3; non-saturating: by averaging over a turn",
        of_field,
        draw_field,
    ),
    Statement(
        "simultaneous",
        "Simultaneous steps have the eigenvalues 1 +- h f'(0) i: they leave the equilibrium",
        f"{PAPER}, lemma 2.4; non-saturating: by averaging over a turn",
        of_simultaneous,
        draw_simultaneous,
    ),
    Statement(
        "alternating",
        "Alternating steps have eigenvalues on the unit circle up to sqrt(k) h f'(0) = 2",
        f"{PAPER}, lemma 2.5",
        of_alternating,
        draw_alternating,
    ),
    Statement(
        "rates",
        "An orbit near the equilibrium grows by |l| and turns by arg l in a step, l the largest eigenvalue",
        f"{PAPER}, section 2",
        of_rates,
        draw_rates,
    ),
]
