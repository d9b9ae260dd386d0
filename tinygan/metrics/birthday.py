"""The birthday test: duplicates in a small batch of samples betray a generator that knows few of them."""

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.errors import ShapeMismatch
from tinygan.metrics.neighbours import blocks
from tinygan.metrics.points import two_sets

CLOSE = 10  # pairs of true examples that the rule calls duplicates


def duplicate_distance(examples: Any, pairs: int = CLOSE) -> float:
    """The distance of the `pairs`-th closest pair among true examples (n, ...).

    Two samples as near to each other as this are called duplicates. So among n true examples, too, about `pairs` pairs
    are. Raises ShapeMismatch if there are fewer pairs.
    """
    x, _ = two_sets("duplicate_distance", examples, examples)
    if not 1 <= pairs <= len(x) * (len(x) - 1) // 2:
        raise ShapeMismatch(f"duplicate_distance: expected at least {pairs} pairs, got {len(x)} examples")
    closest: NDArray[np.float64] = np.empty(0)
    for distances in _of_pairs(x):
        closest = np.concatenate([closest, distances])
        closest = np.partition(closest, min(pairs, len(closest)) - 1)[:pairs]
    return float(closest.max())


def duplicates(samples: Any, distance: float) -> int:
    """The pairs among samples (n, ...) at most `distance` apart. Three equal samples are three pairs."""
    x, _ = two_sets("duplicates", samples, samples)
    return sum(int((distances <= distance).sum()) for distances in _of_pairs(x))


def support(n: int, pairs: int) -> float:
    """n (n - 1) / (2 pairs), the number of equally frequent images of which n draws have so many equal pairs.

    It is infinite without a pair. n draws from N images have n (n - 1) / (2 N) equal pairs in expectation.
    Arora and Zhang 2017, who look for the n at which a pair is as likely as not: n = 1.18 N^1/2.

    >>> support(365, 182)  # days of the year
    365.0
    """
    return n * (n - 1) / (2 * pairs) if pairs else inf


def _of_pairs(x: NDArray[np.float64]) -> Any:
    """The distances of all pairs of different points, each pair once, in blocks of rows."""
    for first, distances in blocks(x, x):
        rows = first + np.arange(len(distances))
        yield distances[np.arange(len(x)) > rows[:, np.newaxis]]
