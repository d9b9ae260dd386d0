"""The Wasserstein-1 distance between two sets of points, exactly: the price of the cheapest pairing."""

from typing import Any

import numpy as np

from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch


def wasserstein1(samples: Any, others: Any) -> float:
    """min over permutations s of the mean of ||samples_i - others_s(i)||_2; between distributions of n equal masses.

    samples, others: (n, ...) of one shape; whatever follows n is one point, so images are flattened, in float64.
    With masses 1/n a cheapest transport plan is a permutation (Birkhoff), so the assignment is no approximation; it
    takes about n^3 operations and n^2 numbers. On the line a cheapest pairing keeps the order, and sorting finds it.
    Raises ShapeMismatch unless the two have one shape and n >= 1.
    Arjovsky et al. 2017, eq. (1).

    >>> wasserstein1([[0.0, 0.0], [4.0, 0.0]], [[4.0, 3.0], [0.0, 1.0]])
    2.0
    """
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    x, y = (np.asarray(to_host(values), np.float64) for values in (samples, others))
    if x.shape != y.shape or 0 in x.shape or x.ndim == 0:
        raise ShapeMismatch(
            f"wasserstein1: expected as many points in both, all of one shape; got {x.shape}, {y.shape}"
        )
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)  # (n, d)
    if x.shape[1] == 1:
        return float(np.abs(np.sort(x[:, 0]) - np.sort(y[:, 0])).mean())
    cost = cdist(x, y)  # (n, n)
    return float(cost[linear_sum_assignment(cost)].mean())
