"""Minibatch discrimination: D gets the closeness of each example to the others, and so detects a collapse of G."""

from math import sqrt

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import ShapeMismatch
from tinygan.nn.checks import expect_sizes
from tinygan.nn.initialize import Initializer, normal
from tinygan.nn.layer import Layer, drawn


class MinibatchDiscrimination(Layer):
    """h (m, inputs) concatenated with `kernels` features of closeness: (m, inputs + kernels); Salimans et al. 2016.

    Section 3.2: M = h T, where the weight T has shape (inputs, kernels, dimensions), the paper's A x B x C. Then
    c_b(i, j) = exp(-||M_ib - M_jb||_1), and feature b of example i is o_b(i) = sum over all j of c_b(i, j).
    Initial weights are N(0, 1 / (dimensions**2 inputs)). Then the mean distance between independent h of unit variance
    is 2 / sqrt(pi) = 1.13. With much larger weights every c(i, j), j != i, and its gradient would be about 0.
    """

    def __init__(
        self,
        inputs: int,
        kernels: int,
        dimensions: int,
        rng: np.random.Generator,
        *,
        initialize: Initializer | None = None,
    ):
        expect_sizes(self, inputs, dimensions)
        initialize = initialize or normal(1 / (dimensions * sqrt(inputs)))
        self.weight = drawn(self, initialize, (inputs, kernels, dimensions), rng)

    def __call__(self, h: Array) -> Array:
        A, B, C = self.weight.shape
        if h.ndim != 2 or h.shape[1] != A:
            raise ShapeMismatch(f"MinibatchDiscrimination: h is {h.shape}, but weight expects (m, {A})")
        m = len(h)
        M = F.matmul(F.transpose(self.weight, axes=(2, 1, 0)), F.transpose(h, axes=(1, 0)))  # (C, B, m)
        distance = F.sum(F.abs(F.reshape(M, shape=(C, B, m, 1)) - F.reshape(M, shape=(C, B, 1, m))), axis=0)
        closeness = F.sum(F.exp(-distance), axis=1)  # (B, m)
        return F.concatenate([h, F.transpose(closeness, axes=(1, 0))], axis=1)
