"""Precision and recall: how much of one set of points lies where the other set is."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinygan.metrics.neighbours import blocks, radii
from tinygan.metrics.points import two_sets


class PrecisionRecall(NamedTuple):
    """precision: the share of samples among true examples.   recall: the share of true examples among samples."""

    precision: float
    recall: float


def precision_recall(samples: Any, examples: Any, k: int = 3) -> PrecisionRecall:
    """A set is everywhere within the distance of one of its points from that point's k-th nearest other, or on it.

    samples, examples: (n, d) and (n', d), more than k of each.   Raises ShapeMismatch otherwise.
    Equal distributions give less than 1, in many dimensions much less. A stray point has a large ball: below, the
    sample 1.5 alone has all examples in its ball, so recall is 1.
    Kynkaanniemi et al. 2019, eq. (1) and (2).

    >>> x, y = [[0.0], [1.0], [2.0], [3.0]], [[1.5], [9.0], [10.0], [11.0]]
    >>> precision_recall(y, x, k=1)
    PrecisionRecall(precision=0.25, recall=1.0)
    """
    x, y = two_sets("precision_recall", samples, examples, least=k + 1)
    return PrecisionRecall(_share_within(x, y, k), _share_within(y, x, k))


def _share_within(points: NDArray[np.float64], others: NDArray[np.float64], k: int) -> float:
    """The share of `points` that lie in the ball of one of `others` or on it."""
    reach = radii(others, k)
    return float(np.concatenate([(distances <= reach).any(axis=1) for _, distances in blocks(points, others)]).mean())
