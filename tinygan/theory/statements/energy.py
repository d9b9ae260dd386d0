"""EBGAN: the optimal energy of Zhao et al. 2017, and the total variation that its loss measures."""

from typing import Any

import numpy as np

from tinygan.data import Gaussian, Mixture
from tinygan.data.noise import Uniform
from tinygan.drawing.panels import Panel, panels
from tinygan.drawing.symbols import COLOURS, P_DATA, P_G
from tinygan.theory import closed_forms
from tinygan.theory.divergences import total_variation
from tinygan.theory.energy import energy_loss, optimal_energy
from tinygan.theory.statements.statement import Check, Statement

MARGIN = 2.0
P, Q = Gaussian(0.0, 1.0), Gaussian(1.5, 0.7)
PAIRS = {
    "Gaussian, mixture": (P, Mixture((-1.0, 2.0), (0.6, 1.0), (0.4, 0.6))),
    "half in common": (Uniform(1, 0, 2), Uniform(1, 1, 3)),
    "apart": (Uniform(1, 0, 1), Uniform(1, 2, 3)),
}
OTHERS = {
    "tilted": lambda x: np.clip(x[:, 0], 0, MARGIN),
    "at rest": lambda x: np.full(len(x), MARGIN / 2),
    "beyond the margin": lambda x: 1.5 * optimal_energy(MARGIN, P, Q)(x),
}


def of_energy() -> list[Check]:
    """The loss at E*, beside a closed form and TV by quadrature; and the losses of other energies."""
    exact = MARGIN * (1 - closed_forms.total_variation(P, Q))
    best = energy_loss(optimal_energy(MARGIN, P, Q), MARGIN, P, Q).value
    return [
        Check("two Gaussians", exact, best),
        *(
            Check(
                name,
                MARGIN * (1 - total_variation(*pair).value),
                energy_loss(optimal_energy(MARGIN, *pair), MARGIN, *pair).value,
            )
            for name, pair in PAIRS.items()
        ),
        Check("p_g = p_data: the margin", MARGIN, energy_loss(optimal_energy(MARGIN, P, P), MARGIN, P, P).value),
        Check("above: other E, of 3", 3, sum(energy_loss(e, MARGIN, P, Q).value > exact for e in OTHERS.values())),
    ]


def draw_energy() -> Any:
    """Densities and E*, and D's least loss against the distance of two Gaussians."""
    x, distances = np.linspace(-4, 5, 500), np.linspace(0, 5, 51)
    pairs = [(Gaussian(0.0, 1.0), Gaussian(distance, 1.0)) for distance in distances]
    losses = [energy_loss(optimal_energy(MARGIN, *pair), MARGIN, *pair).value for pair in pairs]
    densities = {P_DATA: (x, P.density(x)), P_G: (x, Q.density(x))}
    return panels(
        [
            Panel("densities", densities, x="x", colours={P_DATA: COLOURS["data"], P_G: COLOURS["G"]}),
            Panel(
                "the optimal energy", {"E*(x)": (x, optimal_energy(MARGIN, P, Q)(x))}, levels={"margin": MARGIN}, x="x"
            ),
            Panel(
                "D's least loss",
                {
                    "at E*": (distances, losses),
                    "margin x TV": (distances, [MARGIN * total_variation(*pair).value for pair in pairs]),
                },
                levels={"margin": MARGIN},
                x="distance of two Gaussians of width 1",
            ),
        ]
    )


STATEMENTS = [
    Statement(
        "energy",
        "The least loss of an energy-based D is margin (1 - TV), so at D* G descends TV",
        "Zhao et al. 2017, lemma 1; Arjovsky et al. 2017; lecture notes on training GANs",
        of_energy,
        draw_energy,
    ),
]
