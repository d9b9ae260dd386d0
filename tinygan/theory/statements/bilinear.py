"""The bilinear game, min over theta, max over psi of -theta psi: what momentum, a look ahead and unrolling change.

It is the Dirac-GAN with the loss of WGAN. Plain steps leave its equilibrium or circle it; see games.py.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.drawing.panels import panels
from tinygan.objectives import Minimax, Unrolled, Wasserstein
from tinygan.optim import momentum, sgd
from tinygan.theory.dynamics import alternating, eigenvalues, extragradient, measured, orbit, predicted, simultaneous
from tinygan.theory.games import dirac_gan
from tinygan.theory.statements.games import DIGITS, F1, ZERO, H, beside, compare, field_of, plus_minus
from tinygan.theory.statements.statement import Check, Statement

BILINEAR = dirac_gan(Wasserstein())
DECAYS = (-0.5, -0.1, 0.5)
UNROLLING = 0.1  # the learning rate of the steps that G foresees


def moduli(h: float, beta: float, in_turn: bool) -> NDArray[np.float64]:
    """The moduli of the four eigenvalues l of steps with momentum, by falling size.

    Two steps of the heavy ball give (l - 1)(l - beta) theta = h psi l and (l - 1)(l - beta) psi = -h theta l, where
    alternating steps have one more l in the first line. So ((l - 1)(l - beta))^2 = -h^2 l^2, or -h^2 l^3.
    """
    one = np.polymul([1, -1], [1, -beta])
    return np.sort(abs(np.roots(np.polyadd(np.polymul(one, one), [h**2, 0, 0, 0] if in_turn else [h**2, 0, 0]))))[::-1]


def of_momentum() -> list[Check]:
    """The two largest moduli, which are equal, and the two smaller ones, of both orders of the updates."""
    found = []
    for method, name in ((simultaneous, "at once"), (alternating, "in turn")):
        for beta in DECAYS:
            computed = abs(eigenvalues(method(BILINEAR, momentum(H, beta)), ZERO))
            stated = moduli(H, beta, method is alternating)
            found += [
                Check(f"{name}, {beta:g}, {which}", float(stated[i]), float(computed[i]), DIGITS)
                for i, which in ((0, "largest"), (2, "third"), (3, "last"))
            ]
    steps = alternating(BILINEAR, momentum(H, -0.5))
    growth, seen = predicted(steps).growth, measured(orbit(steps, (1.0, 0.0), 400)[50:]).growth
    return [*found, Check("in turn, -0.5, growth", growth, seen, 0.01 * abs(growth))]


def of_extragradient() -> list[Check]:
    """1 - h^2 +- h i, of modulus sqrt(1 - h^2 + h^4)."""
    found = []
    for h in (0.2, H, 1.2):
        computed = eigenvalues(extragradient(BILINEAR, sgd(h)), ZERO)
        found += compare(f"h = {h:g}", plus_minus(1 - h**2, -(h**2)), computed)
        found.append(Check(f"h = {h:g}, |largest|", (1 - h**2 + h**4) ** 0.5, float(abs(computed[0])), DIGITS))
    return found


def of_unrolling() -> list[Check]:
    """-K eta f'(0)^2 +- sqrt(K^2 eta^2 f'(0)^4 - f'(0)^2).

    The friction on theta is that of R1 on psi with gamma = 2 K eta f'(0)^2.
    """
    found = []
    for loss, f1, name in ((Wasserstein(), 1.0, "bilinear"), (Minimax(), F1, "minimax")):
        for steps in (1, 5, 15):
            friction = steps * UNROLLING * f1**2
            computed = eigenvalues(dirac_gan(Unrolled(loss, steps, sgd(UNROLLING))).field, ZERO)
            found += compare(f"{name}, K={steps}", plus_minus(-friction, friction**2 - f1**2), computed)
    return found


def largest(steps: Any) -> float:
    """The modulus of the largest eigenvalue of steps at the equilibrium."""
    return float(abs(eigenvalues(steps, ZERO)[0]))


def draw_momentum() -> Any:
    """Orbits without and with negative momentum, and the largest eigenvalue against the decay."""
    fine, decays = np.linspace(-0.9, 0.6, 151), np.linspace(-0.9, 0.6, 16)
    methods = {"simultaneous": simultaneous, "alternating": alternating}
    paths = {f"decay {beta:g}": orbit(alternating(BILINEAR, momentum(H, beta)), (1.0, 0.0), 80) for beta in (0.0, -0.5)}
    stated = {name: (fine, [moduli(H, beta, name == "alternating")[0] for beta in fine]) for name in methods}
    computed = {name: (decays, [largest(f(BILINEAR, momentum(H, b))) for b in decays]) for name, f in methods.items()}
    facts: Any = {"levels": {"unit circle": 1.0}, "x": "decay of the momentum", "y": "largest modulus"}
    return panels(
        [
            field_of(BILINEAR, "alternating steps, h = 0.5", orbits=paths),
            beside("the largest eigenvalue, h = 0.5", stated, computed, **facts),
        ]
    )


def draw_extragradient() -> Any:
    """Orbits with and without the look ahead, and the largest eigenvalue against the learning rate."""
    fine, rates = np.linspace(0, 1.3, 131), np.linspace(0, 1.3, 14)
    methods = {"simultaneous": (simultaneous, 0.3), "extragradient": (extragradient, 1.2)}
    paths = {name: orbit(f(BILINEAR, sgd(0.3)), (start, 0.0), 40) for name, (f, start) in methods.items()}
    stated = {"simultaneous": (fine, np.sqrt(1 + fine**2)), "extragradient": (fine, np.sqrt(1 - fine**2 + fine**4))}
    computed = {name: (rates, [largest(f(BILINEAR, sgd(h))) for h in rates]) for name, (f, _) in methods.items()}
    facts: Any = {"levels": {"unit circle": 1.0}, "x": "learning rate h", "y": "largest modulus"}
    return panels(
        [
            field_of(BILINEAR, "40 steps, h = 0.3", orbits=paths),
            beside("the largest eigenvalue of a step", stated, computed, **facts),
        ]
    )


def draw_unrolling() -> Any:
    """Alternating steps against a D that is unrolled by 0, 1 and 5 steps."""
    fields = []
    for steps in (0, 1, 5):
        game = dirac_gan(Unrolled(Wasserstein(), steps, sgd(UNROLLING)))
        path = orbit(alternating(game, sgd(0.3)), (1.2, 0.0), 60)
        fields.append(field_of(game, f"bilinear, D unrolled by {steps}", orbits={"alternating, h = 0.3": path}))
    return panels(fields)


STATEMENTS = [
    Statement(
        "momentum",
        "Negative momentum makes alternating steps of a bilinear game converge, not simultaneous ones",
        "Gidel et al. 2019, Negative momentum for improved game dynamics",
        of_momentum,
        draw_momentum,
    ),
    Statement(
        "extragradient",
        "With gradients one step ahead the eigenvalues are 1 - h^2 +- h i, below 1 for h < 1",
        "Korpelevich 1976; Gidel et al. 2019, A variational inequality perspective on GANs",
        of_extragradient,
        draw_extragradient,
    ),
    Statement(
        "unrolling",
        "Unrolling D by K steps is friction for G: -K eta f'(0)^2 +- sqrt(K^2 eta^2 f'(0)^4 - f'(0)^2)",
        "Metz et al. 2017, section 2.2; the eigenvalues by two derivatives of its loss",
        of_unrolling,
        draw_unrolling,
    ),
]
