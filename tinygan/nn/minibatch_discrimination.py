"""Minibatch discrimination: D sees how near each example is to the others, and so when G draws them all alike."""

from math import sqrt
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.errors import ShapeMismatch
from tinygan.nn.checks import expect_sizes
from tinygan.nn.initialize import Initializer, normal
from tinygan.nn.layer import Layer, drawn


class MinibatchDiscrimination(Layer):
    """h (m, inputs) with `kernels` closenesses behind it, (m, inputs + kernels); Salimans et al. 2016, section 3.2.

    M = h T, with `weight` T of shape (inputs, kernels, dimensions) as the paper's A x B x C;
    c_b(i, j) = exp(-||M_ib - M_jb||_1) and o_b(i) = sum over all j of c_b(i, j), in which j = i contributes 1.
    The initial weights are N(0, 1 / (dimensions**2 inputs)): the distance between independent h of unit variance is
    then 2 / sqrt(pi) = 1.13 on average, where the exponential has a slope; with wider ones every c and gradient is 0.
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

    def __call__(self, h: Any) -> Any:
        A, B, C = self.weight.shape
        if h.ndim != 2 or h.shape[1] != A:
            raise ShapeMismatch(f"MinibatchDiscrimination: h is {h.shape}, but weight expects (m, {A})")
        m = len(h)
        M = F.matmul(F.transpose(self.weight, axes=(2, 1, 0)), F.transpose(h, axes=(1, 0)))  # (C, B, m)
        distance = F.sum(F.abs(F.reshape(M, shape=(C, B, m, 1)) - F.reshape(M, shape=(C, B, 1, m))), axis=0)
        closeness = F.sum(F.exp(-distance), axis=1)  # (B, m)
        return F.concatenate([h, F.transpose(closeness, axes=(1, 0))], axis=1)
