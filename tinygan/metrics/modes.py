"""Measures of mode collapse: modes captured, samples of high quality, and reverse KL over the modes of a mixture.

The protocol of the published ring and grid tables (Metz et al. 2017; Srivastava et al. 2017; Lin et al. 2018, section
4.1).
"""

from typing import Any, NamedTuple

import numpy as np

from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch


class Modes(NamedTuple):
    """The measures of mode collapse. A sample is of high quality within 3 standard deviations of a mode.

    captured: the modes with such a sample, of `total`.   high_quality: the share of such samples.
    reverse_kl: KL(q, p) in nats; q are the shares of the modes among samples of high quality, p those in the data. It
    is log(k / m) if m of k equal modes are captured evenly, and infinite if no sample is of high quality.
    """

    captured: int
    total: int
    high_quality: float
    reverse_kl: float


def modes(points: Any, centres: Any, std: Any, weights: Any = None) -> Modes:
    """The measures of `points` (n, d) for modes at `centres` (k, d).

    std: one number, or (k,).   weights: (k,), the probabilities of the modes in the data; equal by default.
    A sample of high quality counts in q for its nearest mode, in standard deviations. It captures every mode within 3.
    Raises ShapeMismatch if a shape is another.

    >>> modes(np.array([[0.0], [0.1], [5.0]]), centres=np.array([[0.0], [1.0]]), std=0.05)
    Modes(captured=1, total=2, high_quality=0.666..., reverse_kl=0.693...)
    """
    from scipy.special import rel_entr  # q log(q / p), 0 where q = 0, inf where only p = 0

    distances = scaled_distances(points, centres, std)  # (n, k)
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


def scaled_distances(points: Any, centres: Any, std: Any) -> Any:
    """The distances of `points` (n, d) from `centres` (k, d), in standard deviations of the mode: (n, k)."""
    points, centres = np.asarray(to_host(points), np.float64), np.asarray(centres, np.float64)
    if points.ndim != 2 or centres.ndim != 2 or points.shape[1] != centres.shape[1] or not len(points):
        raise ShapeMismatch(f"modes: expected points (n, d) and centres (k, d), got {points.shape}, {centres.shape}")
    return np.linalg.norm(points[:, None] - centres, axis=2) / np.asarray(std)
