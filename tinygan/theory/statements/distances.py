"""What the second deck says of other losses: EBGAN's is a total variation, and the critic of WGAN a distance."""

from typing import Any

import numpy as np

from tinygan.data import Gaussian, Mixture
from tinygan.data.noise import Uniform
from tinygan.drawing.panels import Panel, panels
from tinygan.drawing.symbols import COLOURS, P_DATA, P_G
from tinygan.theory.divergences import total_variation
from tinygan.theory.energy import energy_loss, optimal_energy
from tinygan.theory.statements.statement import Check, Statement
from tinygan.theory.wasserstein import critic, discrete_wasserstein1, wasserstein1

MARGIN = 2.0
PAIRS = {
    "two Gaussians": (Gaussian(0.0, 1.0), Gaussian(1.0, 1.0)),
    "Gaussian, mixture": (Gaussian(0.0, 1.0), Mixture((-1.0, 2.0), (0.6, 1.0), (0.4, 0.6))),
    "intervals": (Uniform(1, 0, 2), Uniform(1, 1, 3)),
    "p_g = p_data": (Gaussian(), Gaussian()),
}


def of_energy() -> list[Check]:
    """m (1 - TV) for each pair; and what other energies lose, which is never less."""
    found = [
        Check(
            name,
            MARGIN * (1 - total_variation(p, q).value),
            energy_loss(optimal_energy(p, q, MARGIN), p, q, MARGIN).value,
        )
        for name, (p, q) in PAIRS.items()
    ]
    p, q = PAIRS["two Gaussians"]
    best = optimal_energy(p, q, MARGIN)
    # m is lost with probability p where p < q, and q elsewhere; a constant energy e loses e + (m - e) = m
    constant = energy_loss(lambda x: np.full(len(x), 0.7), p, q, MARGIN).value
    higher = energy_loss(lambda x: best(x) + 0.1, p, q, MARGIN).value
    # 0.1 more costs 0.1 p everywhere, and saves 0.1 q where the energy was 0
    side = 0.5 * (1 + total_variation(p, q).value)  # q's probability of E = m, for equal widths
    return [
        *found,
        Check("a constant energy", MARGIN, constant),
        Check("0.1 above the best", found[0].computed + 0.1 - 0.1 * (1 - side), higher),
    ]


def draw_energy() -> Any:
    """The loss of the optimal energy against the distance of two Gaussians, and that energy."""
    p = Gaussian(0.0, 1.0)
    distances = np.linspace(0, 6, 61)
    others = [Gaussian(distance, 1.0) for distance in distances]
    losses = [energy_loss(optimal_energy(p, q, MARGIN), p, q, MARGIN).value for q in others]
    variations = [MARGIN * total_variation(p, q).value for q in others]
    x, q = np.linspace(-4, 6, 500), Gaussian(2.0, 1.0)
    energy = optimal_energy(p, q)(x[:, np.newaxis])
    return panels(
        [
            Panel(
                "the smallest loss of an energy",
                {"loss": (distances, losses), "m TV": (distances, variations)},
                levels={"the margin m": MARGIN},
                x="distance of two Gaussians",
            ),
            Panel(
                "the energy that has it",
                {P_DATA: (x, p.density(x)), P_G: (x, q.density(x)), "E(x) / m": (x, energy)},
                x="x",
                colours={P_DATA: COLOURS["data"], P_G: COLOURS["G"], "E(x) / m": COLOURS["D"]},
            ),
        ]
    )


def masses() -> tuple[Any, Any, Any]:
    """Two distributions of 12 places in the plane, and the places."""
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(12), size=2)
    return p, q, rng.standard_normal((12, 2))


def of_duality() -> list[Check]:
    """The cheapest plan and the steepest critic: in the plane, and on the line, where W1 is known by hand."""
    p, q, x = masses()
    line = np.linspace(-6, 9, 151)[:, np.newaxis]
    one, other = (Gaussian(mean, 0.5).density(line[:, 0]) for mean in (0.0, 2.0))
    one, other = one / one.sum(), other / other.sum()
    f, value = critic(p, q, x)
    distances = np.linalg.norm(x[:, None] - x, axis=2)
    slopes = abs(f[:, None] - f)[distances > 0] / distances[distances > 0]
    return [
        Check("plan, critic: 12 places", discrete_wasserstein1(p, q, x, x), value),
        Check("its largest slope", 1.0, float(slopes.max())),
        Check("Gaussians 2 apart, critic", 2.0, critic(one, other, line)[1]),
        Check("the same by quadrature", 2.0, wasserstein1(Gaussian(0.0, 0.5), Gaussian(2.0, 0.5)).value),
    ]


def draw_duality() -> Any:
    """The critic of two Gaussians on the line."""
    x = np.linspace(-2, 4, 121)
    p, q = (Gaussian(mean, 0.5).density(x) for mean in (0.0, 2.0))
    f, value = critic(p / p.sum(), q / q.sum(), x[:, np.newaxis])
    return panels(
        [
            Panel(
                f"W1 = {value:.3f}",
                {P_DATA: (x, p), P_G: (x, q), "critic": (x, f)},
                x="x",
                colours={P_DATA: COLOURS["data"], P_G: COLOURS["G"], "critic": COLOURS["D"]},
            )
        ]
    )


STATEMENTS = [
    Statement(
        "energy",
        "Min over E of E_p[E] + E_q[max(0, m - E)] = m (1 - TV(p_data, p_g))",
        "Zhao et al. 2017, section 2.3 and appendix A",
        of_energy,
        draw_energy,
    ),
    Statement(
        "duality",
        "W1(p, q) = sup of E_p[f] - E_q[f] over f with slopes of at most 1",
        "Arjovsky et al. 2017, eq. (2)",
        of_duality,
        draw_duality,
    ),
]
