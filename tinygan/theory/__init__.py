"""The statements of the papers, computed: divergences, D*, C(G), p_g of a generator, games and their eigenvalues."""

from tinygan.theory.divergences import f_divergence, jensen_shannon, kl, total_variation
from tinygan.theory.dynamics import (
    alternating,
    eigenvalues,
    extragradient,
    integral_curve,
    jacobian,
    measured,
    orbit,
    predicted,
    simultaneous,
)
from tinygan.theory.energy import energy_loss, optimal_energy
from tinygan.theory.games import ExpectedNoise, SmallGame, dirac_gan
from tinygan.theory.mesh import Mesh
from tinygan.theory.nodes import Nodes
from tinygan.theory.pushforward import Pushforward, distribution_of
from tinygan.theory.quadrature import Integral, integral
from tinygan.theory.raster import Raster
from tinygan.theory.value import criterion, optimal_logit, optimal_probabilities, value
from tinygan.theory.wasserstein import discrete_wasserstein1, lipschitz_critic, wasserstein1

__all__ = [
    "ExpectedNoise",
    "Integral",
    "Mesh",
    "Nodes",
    "Pushforward",
    "Raster",
    "SmallGame",
    "alternating",
    "criterion",
    "dirac_gan",
    "discrete_wasserstein1",
    "distribution_of",
    "eigenvalues",
    "energy_loss",
    "extragradient",
    "f_divergence",
    "integral",
    "integral_curve",
    "jacobian",
    "jensen_shannon",
    "kl",
    "lipschitz_critic",
    "measured",
    "optimal_energy",
    "optimal_logit",
    "optimal_probabilities",
    "orbit",
    "predicted",
    "simultaneous",
    "total_variation",
    "value",
    "wasserstein1",
]
