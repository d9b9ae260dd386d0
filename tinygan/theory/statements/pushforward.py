"""The distribution of G(z): the change of variables, on the line and in the plane."""

from math import exp, log, pi
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.data import Gaussian, Normal
from tinygan.data.noise import Uniform
from tinygan.drawing.panels import Panel, panels
from tinygan.drawing.symbols import COLOURS, P_G
from tinygan.theory.divergences import kl
from tinygan.theory.mesh import Mesh
from tinygan.theory.pushforward import Pushforward
from tinygan.theory.statements.statement import Check, Statement
from tinygan.theory.wasserstein import wasserstein1

SAMPLES = 400_000
Z = Normal(1)
ACROSS = np.array([[1.0, 0.5], [-0.3, 0.8]])  # of a linear G in the plane


def line(z: Any) -> Any:
    return 2 * z + 1


def parabola(z: Any) -> Any:
    return z * z + 1


def folded(z: Any) -> Any:
    """Rises, falls and rises again."""
    return z - 2 * F.tanh(2 * z)


def of_densities() -> list[Check]:
    """p_g(x) where it is known by hand."""
    normal = (2 * pi) ** -0.5
    x = np.array([[0.4, -0.7]])
    z = np.linalg.solve(ACROSS, x[0])
    plane = exp(-z @ z / 2) / (2 * pi) / abs(float(np.linalg.det(ACROSS)))
    return [
        Check("2 z + 1 at x = 3", normal * exp(-0.5) / 2, float(Pushforward(line, Z).density([3.0])[0])),
        # two preimages, -1 and 1, with slopes of 2
        Check("z^2 + 1 at x = 2", normal * exp(-0.5), float(Pushforward(parabola, Z).density([2.0])[0])),
        Check("exp z at x = 2", normal * exp(-(log(2) ** 2) / 2) / 2, float(Pushforward(F.exp, Z).density([2.0])[0])),
        Check("z^2, z uniform, x = 1/4", 1.0, float(Pushforward(lambda z: z * z, Uniform(1)).density([0.25])[0])),
        Check("a matrix, x in the plane", plane, float(Mesh(lambda z: z @ ACROSS.T, Normal(2)).density(x)[0])),
    ]


def of_integrals() -> list[Check]:
    """Divergences of p_g where they are known by hand, and the distribution function of samples."""
    p_g, x = Pushforward(folded, Z), np.array([-0.5, 0.8])
    shares = (p_g.sample(SAMPLES, np.random.default_rng(0)) <= x).mean(axis=0)
    apart = 5 * np.sqrt(shares * (1 - shares) / SAMPLES)
    return [
        Check("KL(N(0, 1), 2 z + 1)", log(2) + 2 / 8 - 1 / 2, kl(Gaussian(0.0, 1.0), Pushforward(line, Z)).value),
        # the images of N(0, 1) and N(0, 4) under one map, and that keeps their KL
        Check(
            "KL(exp z, exp 2 z)",
            log(2) + 1 / 8 - 1 / 2,
            kl(Pushforward(F.exp, Z), Pushforward(lambda z: F.exp(2 * z), Z)).value,
        ),
        Check(  # by the same argument, for a map of |z|; both densities are infinite at 0
            "KL(z^2, 4 z^2)",
            log(2) + 1 / 8 - 1 / 2,
            kl(Pushforward(lambda z: z * z, Z), Pushforward(lambda z: 4 * z * z, Z)).value,
        ),
        Check("E[z^2 + 1]", 2.0, Pushforward(parabola, Z).expectation(lambda x: x[:, 0]).value),
        Check("W1(2 z + 1, N(4, 4))", 3.0, wasserstein1(Pushforward(line, Z), Gaussian(4.0, 2.0)).value),
        *(
            Check(f"{SAMPLES:,} samples <= {at:g}", float(p_g.cumulative([at])[0]), float(share), float(allowed))
            for at, share, allowed in zip(x, shares, apart, strict=True)
        ),
    ]


def draw() -> Any:
    """A G that folds the line, its density with two poles, and a histogram of its samples."""
    p_g, z = Pushforward(folded, Z), np.linspace(-3, 3, 601)
    x = np.linspace(-3, 3, 1201)
    counts, edges = np.histogram(p_g.sample(SAMPLES, np.random.default_rng(0)), bins=120, range=(-3, 3))
    heights = counts / SAMPLES / (edges[1] - edges[0])
    density = p_g.density(x)
    return panels(
        [
            Panel("G folds the line", {"z - 2 tanh 2 z": (z, p_g.pieces.slopes(z)[0])}, x="z", y="x"),
            Panel(
                "its density",
                {f"{P_G}, the sum over preimages": (x, np.minimum(density, 1.5))},
                points={f"{SAMPLES:,} samples": ((edges[:-1] + edges[1:]) / 2, heights)},
                x="x",
                colours={f"{P_G}, the sum over preimages": COLOURS["G"], f"{SAMPLES:,} samples": "0.5"},
            ),
        ]
    )


def checks() -> list[Check]:
    return [*of_densities(), *of_integrals()]


STATEMENTS = [
    Statement(
        "pushforward",
        "The density p_g(x) is the sum of p_z(z) / |det G'(z)| over all z with G(z) = x",
        "change of variables; Goodfellow et al. 2014, section 4",
        checks,
        draw,
    ),
]
