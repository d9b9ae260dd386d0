"""The classifier score: high if the classifier is sure of every sample, and all classes occur."""

from typing import Any

import numpy as np

from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch


def classifier_score(logits: Any) -> float:
    """exp(E KL(p(y|x), p(y))), where p(y) is the mean of p(y|x) over all samples; from 1 to K.

    logits: (n, K), the classifier's scores before the softmax.   All n samples are taken together, not in tenths.
    A single good sample of each class has the highest score, K, so it says nothing of the variety within a class.
    Raises ShapeMismatch if it is no such array.   Salimans et al. 2016, section 4, with the Inception network.

    >>> round(classifier_score([[100.0, 0.0], [0.0, 100.0]]), 6), round(classifier_score([[3.0, 1.0], [3.0, 1.0]]), 6)
    (2.0, 1.0)
    """
    from scipy.special import log_softmax, rel_entr

    logits = np.asarray(to_host(logits), np.float64)
    if logits.ndim != 2 or 0 in logits.shape:
        raise ShapeMismatch(f"classifier_score: expected logits (n, K), n >= 1, got {logits.shape}")
    p = np.exp(log_softmax(logits, axis=1))
    return float(np.exp(rel_entr(p, p.mean(axis=0)).sum(axis=1).mean()))
