"""The statements of the papers, computed: divergences, D*, C(G), p_g of a generator, games and their eigenvalues."""

from tinygan.theory.divergences import f_divergence, jensen_shannon, kl, total_variation
from tinygan.theory.mesh import Mesh
from tinygan.theory.nodes import Nodes
from tinygan.theory.pushforward import Pushforward, distribution_of
from tinygan.theory.quadrature import Integral, integral
from tinygan.theory.raster import Raster
from tinygan.theory.value import criterion, optimal_logit, optimal_probabilities, value
from tinygan.theory.wasserstein import discrete_wasserstein1, wasserstein1

__all__ = [
    "Integral",
    "Mesh",
    "Nodes",
    "Pushforward",
    "Raster",
    "criterion",
    "discrete_wasserstein1",
    "distribution_of",
    "f_divergence",
    "integral",
    "jensen_shannon",
    "kl",
    "optimal_logit",
    "optimal_probabilities",
    "total_variation",
    "value",
    "wasserstein1",
]
