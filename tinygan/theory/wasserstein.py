"""Wasserstein-1: on the line by distribution functions, and of discrete distributions by linear programming."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.errors import ShapeMismatch
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
    Raises ShapeMismatch if the numbers differ.

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
    n, m = len(p), len(q)
    sums = vstack([kron(eye_array(n), np.ones((1, m))), kron(np.ones((1, n)), eye_array(m))])  # of rows, of columns
    plan = linprog(cdist(x, y).ravel(), A_eq=sums, b_eq=np.concatenate([p, q]), method="highs")
    return float(plan.fun)


def critic(p: ArrayLike, q: ArrayLike, x: ArrayLike) -> tuple[NDArray[np.float64], float]:
    """The f with |f(x_i) - f(x_j)| <= ||x_i - x_j||_2 and the largest E_p[f] - E_q[f], and that value, which is W1.

    p, q (n,): probabilities at the places x (n, d).   Returns f (n,) with its smallest value 0.
    Arjovsky et al. 2017, eq. (2), the Kantorovich-Rubinstein duality.
    Raises ShapeMismatch if the numbers differ.

    >>> f, value = critic([1.0, 0.0], [0.0, 1.0], [[0.0], [3.0]])
    >>> f.tolist(), value
    ([3.0, 0.0], 3.0)
    """
    from scipy.optimize import linprog
    from scipy.spatial.distance import cdist

    p, q, x = (np.asarray(each, np.float64) for each in (p, q, x))
    if x.ndim != 2 or not p.shape == q.shape == x.shape[:1]:
        raise ShapeMismatch(f"critic: expected p (n,), q (n,), x (n, d), got {p.shape}, {q.shape}, {x.shape}")
    n = len(p)
    i, j = np.nonzero(~np.eye(n, dtype=bool))
    slopes = np.zeros((len(i), n))  # of f, for each pair of places
    slopes[np.arange(len(i)), i], slopes[np.arange(len(i)), j] = 1, -1
    best = linprog(q - p, A_ub=slopes, b_ub=cdist(x, x)[i, j], bounds=(0, None), method="highs")
    return best.x - best.x.min(), float(-best.fun)
