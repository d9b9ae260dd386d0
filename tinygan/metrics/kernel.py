"""The kernel distance between two sets of points: the squared maximum mean discrepancy of a cubic kernel, unbiased."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.metrics.points import two_sets

SUBSETS, SIZE = 100, 1000


def kernel_distance(samples: Any, others: Any, *, subsets: int = SUBSETS, size: int = SIZE, seed: int = 0) -> float:
    """The mean over subsets of the unbiased estimate of MMD^2, with the kernel k(x, y) = (x.y / d + 1)^3.

    samples, others: (n, d) and (n', d).   subsets: pairs of random subsets.   size: of a subset, or all if there are
    fewer; if it is all of both sets, they are taken once.   seed: of the subsets.
    Its expectation is 0 for equal distributions at any n, so it can be negative.
    Raises ShapeMismatch if the shapes do not fit, or if there are fewer than 2 points in a set.
    Binkowski et al. 2018; Gretton et al. 2012, eq. (3).

    >>> kernel_distance([[0.0], [1.0]], [[1.0], [1.0]])  # 1 + 8 - 2 (1 + 8) / 2
    0.0
    """
    x, y = two_sets("kernel_distance", samples, others, least=2)
    rng = np.random.default_rng(seed)
    sizes = min(size, len(x)), min(size, len(y))
    if sizes == (len(x), len(y)):
        return squared_mmd(x, y)
    found = [
        squared_mmd(*(each[rng.choice(len(each), n, replace=False)] for each, n in zip((x, y), sizes, strict=True)))
        for _ in range(subsets)
    ]
    return float(np.mean(found))


def squared_mmd(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """E k(x, x') + E k(y, y') - 2 E k(x, y), where x and x' are never the same point."""

    def k(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        root = a @ b.T / a.shape[1] + 1
        return root * root * root

    n, m = len(x), len(y)
    kxx, kyy, kxy = k(x, x), k(y, y), k(x, y)
    within = (kxx.sum() - np.trace(kxx)) / (n * (n - 1)) + (kyy.sum() - np.trace(kyy)) / (m * (m - 1))
    return float(within - 2 * kxy.mean())
