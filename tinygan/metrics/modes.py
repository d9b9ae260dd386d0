"""Mode collapse in numbers: which modes of a mixture samples reach, how many are near one, and how evenly.

The protocol of the published ring and grid tables (Metz et al. 2017; Srivastava et al. 2017; Lin et al. 2018, section
4.1).
"""

from typing import Any, NamedTuple

import numpy as np

from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch


class Modes(NamedTuple):
    """How many modes have a sample within 3 deviations, of how many; the share of samples that are so near one; KL.

    reverse_kl: KL(q, p) in nats of the high-quality samples' modes against the data's, 0 where they are as frequent;
    m of k equal modes, evenly, are log(k / m). Infinite where no sample is of high quality.
    """

    captured: int
    total: int
    high_quality: float
    reverse_kl: float


def modes(points: Any, centres: Any, deviation: Any, weights: Any = None) -> Modes:
    """Score `points` (n, d) against modes at `centres` (k, d).

    deviation: one number, or (k,).   weights: (k,), how frequent the data's modes are; equal unless given.
    A high-quality sample counts in q for its nearest mode, in deviations; it captures every mode it is near.
    Raises ShapeMismatch for other shapes.

    >>> modes(np.array([[0.0], [0.1], [5.0]]), centres=np.array([[0.0], [1.0]]), deviation=0.05)
    Modes(captured=1, total=2, high_quality=0.666..., reverse_kl=0.693...)
    """
    from scipy.special import rel_entr  # q log(q / p), 0 where q = 0, inf where only p = 0

    distances = deviations_from(points, centres, deviation)  # (n, k)
    k = distances.shape[1]
    p = np.full(k, 1.0) if weights is None else np.asarray(weights, np.float64)
    if p.shape != (k,):
        raise ShapeMismatch(f"modes: expected a weight for each of {k} modes, got {p.shape}")
    near = distances <= 3
    good = near.any(axis=1)
    reverse_kl = np.inf
    if good.any():
        counts = np.bincount(distances[good].argmin(axis=1), minlength=k)
        reverse_kl = max(0.0, float(rel_entr(counts / counts.sum(), p / p.sum()).sum()))  # -1e-17 is rounding
    return Modes(int(near.any(axis=0).sum()), k, float(good.mean()), float(reverse_kl))


def deviations_from(points: Any, centres: Any, deviation: Any) -> Any:
    """The distance of each of `points` (n, d) from each of `centres` (k, d), in deviations of that mode: (n, k)."""
    points, centres = np.asarray(to_host(points), np.float64), np.asarray(centres, np.float64)
    if points.ndim != 2 or centres.ndim != 2 or points.shape[1] != centres.shape[1] or not len(points):
        raise ShapeMismatch(f"modes: expected points (n, d) and centres (k, d), got {points.shape}, {centres.shape}")
    return np.linalg.norm(points[:, None] - centres, axis=2) / np.asarray(deviation)
