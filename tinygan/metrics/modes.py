"""Mode collapse in numbers: which modes of a mixture samples reach, and how many samples are near one.

The protocol of the published ring and grid tables (Metz et al. 2017; Srivastava et al. 2017; Lin et al. 2018, section
4.1).
"""

from typing import Any, NamedTuple

import numpy as np


class Modes(NamedTuple):
    """How many modes have a sample within 3 deviations, of how many, and the share of samples that are so near one."""

    captured: int
    total: int
    high_quality: float


def modes(points: Any, centres: Any, deviation: float) -> Modes:
    """Score `points` (n, d) against modes at `centres` (k, d).

    >>> modes(np.array([[0.0], [0.1], [5.0]]), centres=np.array([[0.0], [1.0]]), deviation=0.05)
    Modes(captured=1, total=2, high_quality=0.6666666666666666)
    """
    distances = np.linalg.norm(np.asarray(points, np.float64)[:, None] - np.asarray(centres)[None], axis=2)  # (n, k)
    near = distances <= 3 * deviation
    return Modes(int(near.any(axis=0).sum()), len(centres), float(near.any(axis=1).mean()))
