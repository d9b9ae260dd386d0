"""Density and coverage: how many true examples are about each sample, and how many have a sample about them."""

from typing import Any, NamedTuple

import numpy as np

from tinygan.metrics.neighbours import blocks, radii
from tinygan.metrics.points import two_sets


class DensityCoverage(NamedTuple):
    """density: 1 in expectation for equal distributions, more where samples crowd.   coverage: a share."""

    density: float
    coverage: float


def density_coverage(samples: Any, examples: Any, k: int = 5) -> DensityCoverage:
    """Each true example has an open ball, which reaches to the k-th nearest of the other examples.

    density: the number of balls that a sample lies in, in the mean, divided by k.   coverage: the share of balls in
    which there is a sample.   samples, examples: (n, d) and (n', d), more than k examples. Raises ShapeMismatch
    otherwise.
    For equal distributions and n = n' the expected coverage is about 1 - 2^-k: 0.97 for k = 5.
    Naeem et al. 2020, section 3. A stray true example has a large ball, which adds little to density.

    >>> density_coverage([[0.0], [0.1]], [[0.0], [1.0], [3.0]], k=1)
    DensityCoverage(density=1.5, coverage=0.666...)
    """
    x, y = two_sets("density_coverage", samples, examples)
    reach = radii(y, k)
    balls, covered = 0, np.zeros(len(y), bool)
    for _, distances in blocks(x, y):
        inside = distances < reach
        balls += int(inside.sum())
        covered |= inside.any(axis=0)
    return DensityCoverage(balls / (k * len(x)), float(covered.mean()))
