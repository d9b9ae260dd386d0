"""Wasserstein-1: on the line by distribution functions, and of discrete distributions by linear programming.

The program is solved as it is, for the best plan, and in its dual form, for the best critic.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.errors import ShapeMismatch
from tinygan.theory.divergences import probabilities
from tinygan.theory.quadrature import Integral, boxes, integral, merged


def wasserstein1(p: Any, q: Any) -> Integral:
    """W1(p, q) on the line: the integral of |F_p - F_q|, the distribution functions (Vallender 1974).

    p, q: distributions of one number, with `cumulative` and `breaks`.

    >>> from tinygan.data import Gaussian
    >>> round(wasserstein1(Gaussian(0.0, 1.0), Gaussian(3.0, 1.0)).value, 12)
    3.0
    """
    return integral(lambda x: abs(p.cumulative(x) - q.cumulative(x)), *boxes(merged(p.breaks, q.breaks)))


def discrete_wasserstein1(p: ArrayLike, q: ArrayLike, x: ArrayLike, y: ArrayLike) -> float:
    """min over plans of sum_ij plan_ij ||x_i - y_j||_2, with the row sums p and the column sums q.

    p (n,), q (m,): probabilities.   x (n, d), y (m, d): their places.   Arjovsky et al. 2017, eq. (1).
    Raises ShapeMismatch if the numbers differ, SettingError if p or q are no probabilities.

    >>> discrete_wasserstein1([0.5, 0.5], [1.0], [[0.0], [2.0]], [[1.0]])
    1.0
    """
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, kron, vstack
    from scipy.spatial.distance import cdist

    p, q, x, y = (np.asarray(each, np.float64) for each in (p, q, x, y))
    if x.ndim != 2 or y.ndim != 2 or p.shape != x.shape[:1] or q.shape != y.shape[:1] or x.shape[1] != y.shape[1]:
        raise ShapeMismatch(
            f"discrete_wasserstein1: expected p (n,), q (m,), x (n, d), y (m, d), got {p.shape}, {q.shape}, {x.shape}, "
            f"{y.shape}"
        )
    p, q = probabilities(p), probabilities(q)
    n, m = len(p), len(q)
    sums = vstack([kron(eye_array(n), np.ones((1, m))), kron(np.ones((1, n)), eye_array(m))])  # of rows, of columns
    plan = linprog(cdist(x, y).ravel(), A_eq=sums, b_eq=np.concatenate([p, q]), method="highs")
    return float(plan.fun)


def lipschitz_critic(p: ArrayLike, q: ArrayLike, places: ArrayLike) -> NDArray[np.float64]:
    """The f with |f(a) - f(b)| <= ||a - b||_2 and the largest E_p[f] - E_q[f], (n,); Arjovsky et al. 2017, eq. (2).

    That largest difference is W1(p, q).   p, q (n,): probabilities of the places (n, d).   f is 0 at the first.
    Raises ShapeMismatch if the numbers differ, SettingError if p or q are no probabilities.

    >>> lipschitz_critic([1.0, 0.0], [0.0, 1.0], [[0.0], [2.0]])
    array([ 0., -2.])
    """
    from scipy.optimize import linprog
    from scipy.spatial.distance import cdist

    p, q, x = (np.asarray(each, np.float64) for each in (p, q, places))
    n = len(x)
    if x.ndim != 2 or p.shape != (n,) or q.shape != (n,):
        raise ShapeMismatch(
            f"lipschitz_critic: expected p (n,), q (n,), places (n, d), got {p.shape}, {q.shape}, {x.shape}"
        )
    p, q = probabilities(p), probabilities(q)
    pairs = np.eye(n)[:, np.newaxis] - np.eye(n)  # f(a) - f(b) of each pair
    bounds = [(0, 0), *(n - 1) * [(None, None)]]
    return linprog(q - p, A_ub=pairs.reshape(-1, n), b_ub=cdist(x, x).ravel(), bounds=bounds, method="highs").x
