"""The gradient of G's loss where D is D*, held fixed, of generators whose p_g is a Gaussian on the line.

G(z) = mean + std z with z from N(0, 1), so p_g is N(mean, std^2). Expectations over z are quadrature, gradients are
our own autograd's. D is held fixed: only the sample moves, not the D* that belongs to it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan import functional as F
from tinygan.autograd import Array, Tensor, grad
from tinygan.data import Gaussian
from tinygan.data.gaussians import GaussianMixture
from tinygan.data.noise import Normal
from tinygan.theory.quadrature import boxes, rule

Z, WEIGHTS = rule(*boxes([np.linspace(-12, 12, 97)]))  # nodes (n, 1) for z, and their weights (n,)
WEIGHTS = WEIGHTS * Normal(1).density(Z)


def minimax(logit: Array) -> Array:
    """log(1 - D), which G minimizes; Goodfellow et al. 2014, eq. (1)."""
    return -F.softplus(logit)


def non_saturating(logit: Array) -> Array:
    """-log D, which G minimizes instead; Goodfellow et al. 2014, section 3."""
    return F.softplus(-logit)


def expected_loss(loss: Callable, p_data: GaussianMixture, p_g: Gaussian) -> float:
    """E_z[loss(D*(G(z)))], with D* = p_data / (p_data + p_g).

    loss: `minimax` or `non_saturating`, of logits.

    >>> p = Gaussian(0.0, 1.0)
    >>> round(expected_loss(minimax, p, p), 12)  # D = 1/2: -log 2
    -0.69314718056
    """
    return float(_of(loss, p_data, p_g, np.array(p_g.mean), np.array(p_g.std)))


def gradient(loss: Callable, p_data: GaussianMixture, p_g: Gaussian) -> NDArray[np.float64]:
    """The gradient of E_z[loss(D*(G(z)))] in (mean, std) of G, at those of p_g, with D* held fixed; (2,)."""
    mean, std = Tensor(np.array(float(p_g.mean))), Tensor(np.array(float(p_g.std)))
    return np.array(grad(_of(loss, p_data, p_g, mean, std), [mean, std]))


def derivative(divergence: Callable[[Gaussian], float], p_g: Gaussian, h: float = 1e-3) -> NDArray[np.float64]:
    """The derivative of a function of p_g in (mean, std), by differences of fourth order; (2,).

    >>> derivative(lambda p: p.mean**2 + p.std, Gaussian(3.0, 1.0)).round(9)
    array([6., 1.])
    """

    def slope(moved: Callable[[float], Gaussian]) -> float:
        near, far = (divergence(moved(step)) - divergence(moved(-step)) for step in (h, 2 * h))
        return (8 * near - far) / (12 * h)

    mean, std = p_g.mean, p_g.std
    return np.array([slope(lambda step: Gaussian(mean + step, std)), slope(lambda step: Gaussian(mean, std + step))])


def log_mixture(x: Array, p: GaussianMixture) -> Array:
    """log p(x) at points x (n, d), an array or a Tensor; (n,). `p.log_density` takes arrays alone."""
    n, d = x.shape
    precision = np.asarray(p.std, np.float64) ** -2.0
    heights = np.log(p.weights) + np.log(precision / (2 * np.pi)) * d / 2
    squared = F.sum((F.reshape(x, shape=(n, 1, d)) - p.centres) ** 2, axis=2)  # (n, modes)
    return F.logsumexp(heights - precision / 2 * squared, axis=1)


def _of(loss: Callable, p_data: GaussianMixture, p_g: Gaussian, mean: Any, std: Any) -> Array:
    """E_z[loss(D*(mean + std z))], with the D* of p_data and p_g."""
    x = mean + std * Z
    return F.sum(WEIGHTS * loss(log_mixture(x, p_data) - log_mixture(x, p_g)))
