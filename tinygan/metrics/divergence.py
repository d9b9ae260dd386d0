"""Divergences between samples, by counting."""

from typing import Any

import numpy as np


def jensen_shannon(p: Any, q: Any) -> float:
    """JS(p, q) = (KL(p, m) + KL(q, m)) / 2 with m = (p + q) / 2, in nats, of two probability vectors; 0 to log 2.

    >>> jensen_shannon([1.0, 0.0], [0.0, 1.0]) == float(np.log(2))
    True
    """
    from scipy.special import rel_entr  # p log(p / q), 0 where p = 0

    p, q = np.asarray(p, np.float64), np.asarray(q, np.float64)
    middle = (p + q) / 2
    return float((rel_entr(p, middle) + rel_entr(q, middle)).sum() / 2)


def histogram_js(samples: Any, others: Any, bins: int = 50) -> float:
    """JS in nats between the histograms of two sets of samples (n,) or (n, 1), over `bins` equal bins that span both.

    Zero for equal distributions only in the limit: n samples each leave about bins / (4 n).
    """
    samples, others = np.ravel(samples), np.ravel(others)
    edges = np.histogram_bin_edges(np.concatenate([samples, others]), bins)
    p, q = (np.histogram(values, edges)[0] / len(values) for values in (samples, others))
    return jensen_shannon(p, q)
