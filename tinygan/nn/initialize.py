"""Initializers of weights: functions of a shape and a NumPy generator, made by a function of the settings.

For the layouts (in, out) and (KH, KW, in, out), fan_in is the product of all axes but the last. The fans of a
transposed convolution are those of the convolution that it is the adjoint of, which has the same weight.
"""

from collections.abc import Callable
from math import prod, sqrt

import numpy as np

from tinygan.autograd import Array

Initializer = Callable[[tuple[int, ...], np.random.Generator], Array]


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan_in, fan_out): the number of inputs of each output, and of outputs of each input."""
    field = prod(shape[:-2])  # KH * KW of a convolution
    return field * shape[-2], field * shape[-1]


def normal(std: float = 0.02) -> Initializer:
    """N(0, std**2); std is 0.02 in Radford et al. 2016, section 4."""
    return lambda shape, rng: (std * rng.standard_normal(shape)).astype(np.float32)


def glorot() -> Initializer:
    """Uniform with mean 0 and variance 2 / (fan_in + fan_out); Glorot and Bengio 2010, eq. (16)."""

    def initialize(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        bound = sqrt(6 / sum(fans(shape)))
        return rng.uniform(-bound, bound, shape).astype(np.float32)

    return initialize


def uniform() -> Initializer:
    """Uniform between -1 / sqrt(fan_in) and 1 / sqrt(fan_in), the default of PyTorch's dense layers."""

    def initialize(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        bound = 1 / sqrt(fans(shape)[0])
        return rng.uniform(-bound, bound, shape).astype(np.float32)

    return initialize


def he(slope: float = 0.0) -> Initializer:
    """N(0, 2 / ((1 + slope**2) fan_in)), for a leaky ReLU with that slope, 0 for ReLU; He et al. 2015, eq. (15)."""
    return lambda shape, rng: normal(sqrt(2 / ((1 + slope**2) * fans(shape)[0])))(shape, rng)


def orthogonal(gain: float = 1.0) -> Initializer:
    """`gain` times a random matrix with orthonormal rows or columns, whichever are fewer; Saxe et al. 2014.

    The rows of the matrix are all axes but the last, its columns are the last axis.
    """

    def initialize(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        rows, columns = prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        q = q * np.sign(np.diag(r))  # makes the distribution uniform over orthogonal matrices
        return (gain * (q if rows >= columns else q.T)).reshape(shape).astype(np.float32)

    return initialize
