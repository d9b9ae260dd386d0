"""The Jensen-Shannon divergence, of probability vectors and of histograms of samples."""

from typing import Any

import numpy as np

from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch


def jensen_shannon(p: Any, q: Any) -> float:
    """JS(p, q) = (KL(p, m) + KL(q, m)) / 2 with m = (p + q) / 2, in nats, of two probability vectors; 0 to log 2.

    >>> jensen_shannon([1.0, 0.0], [0.0, 1.0]) == float(np.log(2))
    True
    """
    from scipy.special import rel_entr  # p log(p / q), 0 where p = 0

    p, q = np.asarray(p, np.float64), np.asarray(q, np.float64)
    middle = (p + q) / 2
    return float((rel_entr(p, middle) + rel_entr(q, middle)).sum() / 2)


def histogram_js(samples: Any, others: Any, bins: int = 50, box: Any = None) -> float:
    """JS in nats between the histograms of two sets of points, (n,), (n, 1) or (n, 2), of `bins` equal bins per axis.

    box: (lower, upper) corners of the bins, each (d,); a point outside counts in the nearest bin. Without it the bins
    span both sets, and one outlier makes all of them coarse.
    For equal distributions it is 0 only in the limit: n samples each give about b / (4 n), b the number of bins in use.
    Raises ShapeMismatch if the points have other shapes.

    >>> histogram_js([[0.0, 0.0], [1.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]) == float(np.log(2))
    True
    """
    samples, others = (_points(values) for values in (samples, others))  # (n, d), (n', d)
    if samples.shape[1] != others.shape[1]:
        raise ShapeMismatch(f"histogram_js: points of {samples.shape[1]} and of {others.shape[1]} dimensions")
    if box is None:
        both = np.concatenate([samples, others])
        box = both.min(axis=0), both.max(axis=0)
    edges = [np.histogram_bin_edges([], bins, limits) for limits in zip(*box, strict=True)]  # of each axis
    p, q = (np.histogramdd(np.clip(values, *box), edges)[0] / len(values) for values in (samples, others))
    return jensen_shannon(p, q)


def _points(values: Any) -> Any:
    """`values` on the host as float64 (n, 1) or (n, 2)."""
    points = np.asarray(to_host(values), np.float64)
    points = points[:, np.newaxis] if points.ndim == 1 else points
    if points.ndim != 2 or points.shape[1] > 2 or 0 in points.shape:
        raise ShapeMismatch(f"histogram_js: expected points (n,), (n, 1) or (n, 2), n >= 1, got {np.shape(values)}")
    return points
