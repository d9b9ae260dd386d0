"""The sliced Wasserstein distance: the Wasserstein distance on the line, averaged over directions."""

from typing import Any

import numpy as np

from tinygan.metrics.points import two_sets

PROJECTIONS = 256


def sliced_wasserstein(
    samples: Any, others: Any, *, p: float = 2, projections: int = PROJECTIONS, seed: int = 0
) -> float:
    """(E W_p^p)^(1/p), the mean over random directions of what each set is when projected on the direction.

    samples, others: (n, ...) of one shape; an image is one flattened point.   p: at least 1.   seed: of the directions.
    On the line the cheapest pairing is the sorted one. The mean is of W_p^p, not of W_p, which would be smaller.
    N(m, s^2 I) and N(m', s'^2 I) in d dimensions are (||m - m'||^2 / d + (s - s')^2)^1/2 apart for p = 2.
    Raises ShapeMismatch if the shapes differ.
    Rabin et al. 2011; Bonneel et al. 2015.

    >>> sliced_wasserstein([[0.0], [1.0]], [[5.0], [4.0]])
    4.0
    """
    x, y = two_sets("sliced_wasserstein", samples, others, equal=True)
    directions = np.random.default_rng(seed).standard_normal((x.shape[1], projections))
    directions /= np.linalg.norm(directions, axis=0)
    gaps = np.abs(np.sort(x @ directions, axis=0) - np.sort(y @ directions, axis=0))
    return float(np.mean(gaps**p) ** (1 / p))
