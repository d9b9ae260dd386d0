"""Clusters as a classifier: each is named after a class, and then labels examples by their cluster."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.errors import ShapeMismatch


def counts(clusters: Any, labels: Any, k: int, classes: int) -> NDArray[np.int64]:
    """The number of examples of each cluster and class, (k, classes).

    clusters, labels: (n,), whole numbers from 0 to k - 1 and from 0 to classes - 1.
    Raises ShapeMismatch if there is not one cluster for each label.
    """
    clusters, labels = np.asarray(clusters), np.asarray(labels)
    if clusters.shape != labels.shape or clusters.ndim != 1:
        raise ShapeMismatch(f"counts: expected a cluster for each label, (n,), got {clusters.shape}, {labels.shape}")
    return np.bincount(clusters * classes + labels, minlength=k * classes).reshape(k, classes)


def by_majority(table: Any) -> NDArray[np.int64]:
    """The most frequent class of each cluster, (k,), from counts (k, classes). Clusters may share a class.

    >>> by_majority([[5, 1], [4, 3]])
    array([0, 0])
    """
    return np.argmax(table, axis=1)


def one_to_one(table: Any) -> NDArray[np.int64]:
    """The class of each cluster, (k,), in the matching with the most examples on it, from counts (k, classes).

    No two clusters have one class (the Hungarian method). Of more clusters than classes some have none, -1.

    >>> one_to_one([[5, 1], [4, 3]])
    array([0, 1])
    """
    from scipy.optimize import linear_sum_assignment

    table = np.asarray(table)
    found = np.full(len(table), -1)
    rows, columns = linear_sum_assignment(table, maximize=True)
    found[rows] = columns
    return found
