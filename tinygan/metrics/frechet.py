"""The Frechet distance between two sets of points: that of the Gaussians with their means and covariances, squared."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.metrics.points import two_sets


def frechet(samples: Any, others: Any) -> float:
    """||m - m'||^2 + tr(S + S' - 2 (S^1/2 S' S^1/2)^1/2), of the means m, m' and the covariances S, S'.

    samples, others: (n, d) and (n', d), n and n' at least 2, in float64.   S, S' divide by n - 1.
    S^1/2 S' S^1/2 is symmetric, so its eigenvalues are real. S S', whose square root others take, is not symmetric.
    For equal distributions it is above 0, and falls as 1/n: compare only distances with the same n and n'.
    Raises ShapeMismatch if the shapes do not fit.
    Dowson and Landau 1982; Heusel et al. 2017, eq. (6), on features of another network.

    >>> round(frechet([[0.0], [2.0]], [[3.0], [7.0]]), 6)  # (5 - 1)^2 + (8^1/2 - 2^1/2)^2
    18.0
    """
    x, y = two_sets("frechet", samples, others, least=2)
    S, S_other = (np.atleast_2d(np.cov(each, rowvar=False)) for each in (x, y))
    values, vectors = _eigen(S)
    root = (vectors * np.sqrt(values)) @ vectors.T  # S^1/2
    values, _ = _eigen(root @ S_other @ root)
    shift = x.mean(axis=0) - y.mean(axis=0)
    return max(0.0, float(shift @ shift + np.trace(S) + np.trace(S_other) - 2 * np.sqrt(values).sum()))


def _eigen(S: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Eigenvalues (d,) and vectors (d, d) of a covariance. Values that are only rounding are 0, also those above it.

    Their roots would add up: 1e-16 has the root 1e-8.
    """
    values, vectors = np.linalg.eigh(S)
    return np.where(values > len(S) * np.finfo(np.float64).eps * values[-1], values, 0.0), vectors
