"""Initial weights: each initializer is made with its settings, then called with a shape and a NumPy generator.

Fans are read off the layouts (in, out) and (KH, KW, in, out): fan_in is the product of all axes but the last. A
transposed convolution's weight is that of the convolution it is the adjoint of, so its fans are that convolution's.
"""

from collections.abc import Callable
from math import prod, sqrt
from typing import Any

import numpy as np

Initializer = Callable[[tuple[int, ...], np.random.Generator], Any]


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan_in, fan_out): how many numbers feed one output, and how many outputs one number feeds."""
    receptive = prod(shape[:-2])
    return receptive * shape[-2], receptive * shape[-1]


def normal(deviation: float = 0.02) -> Initializer:
    """N(0, deviation**2); 0.02 in Radford et al. 2016, section 4."""
    return lambda shape, rng: (deviation * rng.standard_normal(shape)).astype(np.float32)


def glorot() -> Initializer:
    """Uniform with variance 2 / (fan_in + fan_out); Glorot and Bengio 2010, eq. (16)."""

    def initialize(shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        bound = sqrt(6 / sum(fans(shape)))
        return rng.uniform(-bound, bound, shape).astype(np.float32)

    return initialize


def he(slope: float = 0.0) -> Initializer:
    """N(0, 2 / ((1 + slope**2) fan_in)), for leaky ReLU of that slope; He et al. 2015, eq. (15)."""
    return lambda shape, rng: normal(sqrt(2 / ((1 + slope**2) * fans(shape)[0])))(shape, rng)


def orthogonal(gain: float = 1.0) -> Initializer:
    """`gain` times a random matrix with orthonormal rows or columns, whichever are fewer; Saxe et al. 2014.

    The matrix has all axes but the last as rows, and the last as columns.
    """

    def initialize(shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        rows, columns = prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        q = q * np.sign(np.diag(r))  # makes the distribution uniform
        return (gain * (q if rows >= columns else q.T)).reshape(shape).astype(np.float32)

    return initialize
