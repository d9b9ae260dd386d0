"""Which modes of one domain a translation takes to which modes of the other; Kim et al. 2017, section 4.1.

A translation that can be undone takes different modes to different ones.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.metrics.modes import scaled_distances

LEAST = 0.05  # of the points of a mode


def mode_map(given: Any, made: Any, given_modes: Any, made_modes: Any) -> NDArray[np.float64]:
    """The share of the points of each mode that go to each mode of the other domain, (k, l).

    given, made: points (n, d) and their translations (n, e).   given_modes, made_modes: `Components` of both domains.
    A point is of its nearest mode, in standard deviations. Its translation goes to the nearest mode within 3.

    >>> from tinygan.data import Ring
    >>> a = Ring(2, std=0.1).components  # modes at 1 and at -1
    >>> mode_map([[1.0, 0.0], [1.1, 0.0], [-1.0, 0.0]], [[1.0, 0.0], [0.0, 0.0], [0.9, 0.0]], a, a)
    array([[0.5, 0. ],
           [1. , 0. ]])
    """
    sources = scaled_distances(given, given_modes.centres, given_modes.std).argmin(axis=1)
    distances = scaled_distances(made, made_modes.centres, made_modes.std)
    near = distances.min(axis=1) <= 3
    counts = np.zeros((len(given_modes.centres), len(made_modes.centres)))
    np.add.at(counts, (sources[near], distances.argmin(axis=1)[near]), 1)
    points = np.bincount(sources, minlength=len(counts))[:, np.newaxis]
    return counts / np.maximum(points, 1)


def reached_modes(table: NDArray[np.float64]) -> int:
    """How many modes get at least a twentieth of the points of some mode."""
    return int((table >= LEAST).any(axis=0).sum())


def shared_modes(table: NDArray[np.float64]) -> int:
    """How many modes get at least a twentieth of the points of several modes; 0 for a translation that is one-to-one.

    >>> shared_modes(np.array([[0.5, 0.5, 0.0], [0.0, 0.98, 0.02]]))
    1
    """
    return int(((table >= LEAST).sum(axis=0) > 1).sum())
