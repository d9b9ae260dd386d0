"""The exact Wasserstein-1 distance between two sets of points: the mean distance in the cheapest pairing."""

from typing import Any

import numpy as np

from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch


def wasserstein1(samples: Any, others: Any) -> float:
    """min over permutations s of the mean of ||samples_i - others_s(i)||_2, for two empirical distributions.

    samples, others: (n, ...) of one shape; an image is one flattened point, in float64.
    With masses of 1/n a cheapest transport plan is a permutation (Birkhoff), so the assignment is exact. It takes about
    n^3 operations and n^2 numbers. On the line the cheapest pairing is the sorted one.
    Raises ShapeMismatch if the shapes differ or n is 0.
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
