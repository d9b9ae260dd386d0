"""The variational bound on an f-divergence, and the critic at which it is tight; Nowozin et al. 2016.

A critic T = g_f(v) is given by v, the output of D before the activation (section 2.4), because f*(g_f(v)) is exact at
any v. The composition of f* and T is not: where p / q is large, T is near the end of the domain of f*.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.objectives import DIVERGENCES
from tinygan.theory.divergences import over_space
from tinygan.theory.quadrature import Integral
from tinygan.theory.value import optimal_logit

LARGEST = 110.0  # of |log p / q|, so that the square of the ratio is far from the largest number
RANGE = (-200.0, 200.0)  # of v in the search for f**


def optimal_output(name: str, p: Any, q: Any) -> Callable[[NDArray], NDArray]:
    """The output v of D at which T*(x) = g_f(v(x)) is f'(p(x) / q(x)), for the row `name` of DIVERGENCES; eq. (5).

    p, q: densities in 1 or 2 dimensions.   The logarithm of their ratio is cut at +-110. It is 0 where both are 0.

    >>> from tinygan.data import Gaussian
    >>> v = optimal_output("kl", Gaussian(0.0, 1.0), Gaussian(1.0, 1.0))
    >>> v(np.array([[0.5], [0.0]])).round(12)  # T* = 1 + log p / q, which is 1 + 1 / 2 - x
    array([1. , 1.5])
    """
    log_ratio = optimal_logit(p, q)
    return lambda x: DIVERGENCES[name].best(np.exp(np.clip(log_ratio(x), -LARGEST, LARGEST)))


def bound(name: str, output: Callable, p: Any, q: Any) -> Integral:
    """E_p[T(x)] - E_q[f*(T(x))], which is at most D_f(p, q) for every T = g_f(v); eq. (4).

    output: v, of points (n, d) to numbers (n,).
    """
    row = DIVERGENCES[name]

    def f(x: NDArray) -> NDArray:
        v = output(x)
        return p.density(x) * row.activation(v) - q.density(x) * row.composed(v)

    return over_space(f, p, q)


def biconjugate(name: str, u: float) -> float:
    """f**(u) = sup over t of (u t - f*(t)), by a search over t = g_f(v). It is f(u), because f is convex; section 2.2.

    >>> round(biconjugate("kl", 2.0), 10)  # 2 log 2
    1.3862943611
    """
    from scipy.optimize import minimize_scalar

    row = DIVERGENCES[name]

    def minus(v: float) -> float:
        return float(row.composed(np.array(v)) - u * row.activation(np.array(v)))

    return -float(minimize_scalar(minus, bounds=RANGE, method="bounded", options={"xatol": 1e-9}).fun)
