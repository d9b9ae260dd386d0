"""The statements of the papers, computed: divergences, D*, C(G), p_g of a generator, games and their eigenvalues."""

from tinygan.theory.divergences import f_divergence, jensen_shannon, kl, total_variation
from tinygan.theory.energy import energy_loss, optimal_energy
from tinygan.theory.quadrature import Integral, integral
from tinygan.theory.value import criterion, optimal_logit, optimal_probabilities, value
from tinygan.theory.wasserstein import critic, discrete_wasserstein1, wasserstein1

__all__ = [
    "Integral",
    "criterion",
    "critic",
    "discrete_wasserstein1",
    "energy_loss",
    "f_divergence",
    "integral",
    "jensen_shannon",
    "kl",
    "optimal_energy",
    "optimal_logit",
    "optimal_probabilities",
    "total_variation",
    "value",
    "wasserstein1",
]
