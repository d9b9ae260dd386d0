"""Sets of points as the measures take them: float64 (n, d) on the host."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

Points = NDArray[np.float64]


def two_sets(name: str, samples: Any, others: Any, least: int = 1, equal: bool = False) -> tuple[Points, Points]:
    """Two sets of points (n, ...) and (n', ...), each flattened to d numbers.

    name: of the measure, for errors.   least: points in a set.   equal: whether n and n' must be equal.
    Raises ShapeMismatch if the points have other shapes, or if there are too few.
    """
    x, y = (np.asarray(to_host(values), np.float64) for values in (samples, others))
    fits = x.ndim >= 1 and x.ndim == y.ndim and x.shape[1:] == y.shape[1:] and 0 not in x.shape[1:]
    if not fits or min(len(x), len(y)) < least or (equal and len(x) != len(y)):
        wanted = "as many points in both" if equal else "two sets of points"
        raise ShapeMismatch(
            f"{name}: expected {wanted}, all of one shape and at least {least}; got {x.shape}, {y.shape}"
        )
    return x.reshape(len(x), -1), y.reshape(len(y), -1)
