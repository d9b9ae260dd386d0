"""The value function V(D, G), its maximum over D, and the criterion C(G) that G minimizes; Goodfellow et al. 2014.

D is given by its logit, a function of points (n, d) to numbers (n,), because log D = -softplus(-logit) is exact where D
is 0 or 1 in float64.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.objectives.divergences import weighted
from tinygan.theory.divergences import over_space
from tinygan.theory.quadrature import Integral


def value(logit: Callable, p_data: Any, p_g: Any) -> Integral:
    """V(D, G) = E_{p_data}[log D(x)] + E_{p_g}[log(1 - D(x))], by quadrature; eq. (1).

    logit: that of D.   p_data, p_g: densities in 1 or 2 dimensions, with `density` and `breaks`.

    >>> from tinygan.data import Gaussian
    >>> p, q = Gaussian(0.0, 1.0), Gaussian(1.0, 1.0)
    >>> round(value(lambda x: np.zeros(len(x)), p, q).value, 12)  # D = 1/2: -log 4
    -1.38629436112
    """

    @np.errstate(invalid="ignore")
    def minus(x: NDArray) -> NDArray:
        t = logit(x)
        return weighted(p_data.density(x), np.logaddexp(0, -t)) + weighted(p_g.density(x), np.logaddexp(0, t))

    found, error = over_space(minus, p_data, p_g)
    return Integral(-found, error)


def optimal_logit(p_data: Any, p_g: Any) -> Callable[[NDArray], NDArray]:
    """The logit of D*(x) = p_data(x) / (p_data(x) + p_g(x)), which is log p_data(x) - log p_g(x); proposition 1.

    It is 0, D* = 1/2, where both densities are 0.
    """

    return lambda x: log_ratio(p_data.log_density(x), p_g.log_density(x))


@np.errstate(invalid="ignore")
def log_ratio(log_p: NDArray, log_q: NDArray) -> NDArray:
    """log p - log q, the logit of D* where the densities are p and q; 0 where both are 0."""
    return np.where(log_p == log_q, 0.0, log_p - log_q)


def criterion(p_data: Any, p_g: Any) -> Integral:
    """C(G) = max over D of V(D, G), the value at D*; theorem 1: it is -log 4 + 2 JS(p_data, p_g)."""
    return value(optimal_logit(p_data, p_g), p_data, p_g)


def optimal_probabilities(p_data: ArrayLike, p_g: ArrayLike) -> NDArray:
    """D* of two vectors of probabilities; 1/2 where both are 0."""
    p, q = np.asarray(p_data, np.float64), np.asarray(p_g, np.float64)
    return np.divide(p, p + q, out=np.full(np.broadcast_shapes(p.shape, q.shape), 0.5), where=p + q > 0)
