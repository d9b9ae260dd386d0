"""Distances to nearest neighbours, in blocks of rows, so that no array has more than a block of distances."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch
from tinygan.metrics.points import two_sets

BLOCK = 1000  # rows


def blocks(x: NDArray[np.float64], y: NDArray[np.float64]) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """(the first row, the distances of at most 1,000 rows of x (n, d) from all of y (m, d)), one after another.

    The distance of equal points is exactly 0.
    """
    from scipy.spatial.distance import cdist

    for first in range(0, len(x), BLOCK):
        yield first, cdist(x[first : first + BLOCK], y)


def radii(points: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """The distance of each point (n, d) from the k-th nearest of the others, (n,). Raises ShapeMismatch if n <= k."""
    if not 1 <= k < len(points):
        raise ShapeMismatch(f"expected more than k = {k} points, for a k-th neighbour of each, got {len(points)}")
    found = []
    for first, distances in blocks(points, points):
        rows = np.arange(len(distances))
        distances[rows, first + rows] = np.inf  # the point itself
        found.append(np.partition(distances, k - 1, axis=1)[:, k - 1])
    return np.concatenate(found)


def nearest(points: Any, others: Any) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(indices, distances): for each of `points` (n, ...) the nearest of `others` (m, ...), and how far it is.

    Candidates are compared by ||y||^2 - 2 x.y, a matrix product, which is fast for m = 60,000; `others` become float64
    by the block. The distance of the one that is found is computed from the difference, so that of a copy is exactly 0.
    Raises ShapeMismatch if the shapes do not fit, or if there are none.
    """
    points, others = np.asarray(to_host(points)), np.asarray(to_host(others))
    x, _ = two_sets("nearest", points, others[:1])
    least, indices = np.full(len(x), np.inf), np.zeros(len(x), np.int64)
    for first in range(0, len(others), BLOCK):
        y = others[first : first + BLOCK].reshape(-1, x.shape[1]).astype(np.float64)
        found = np.einsum("md,md->m", y, y) - 2 * (x @ y.T)  # (n, block)
        best = found.argmin(axis=1)
        smaller = found[np.arange(len(x)), best] < least
        least = np.where(smaller, found[np.arange(len(x)), best], least)
        indices = np.where(smaller, first + best, indices)
    return indices, np.linalg.norm(x - others[indices].reshape(x.shape), axis=1)
