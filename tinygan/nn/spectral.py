"""Spectral normalization: a layer's weight divided by its largest singular value."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.nn.convolution import as_matrix
from tinygan.nn.layer import Layer, replaced
from tinygan.nn.state import State
from tinygan.nn.tree import updated


class SpectralNorm(Layer):
    """`layer` with weight / sigma, where sigma = u^T W v is the spectral norm of W; Miyato et al. 2018, algorithm 1.

    W is the transpose of `as_matrix`: output channels are its rows. The unit vectors u and v are state. `iterations`
    power iterations initialize them, and `refreshed` adds one after every update of the parameters, as in the paper.
    They are constants in the gradient of u^T W v, which is the gradient of sigma if u and v are the singular vectors.
    """

    per_example = True
    u: State
    v: State

    def __init__(self, layer: Any, *, iterations: int = 20):
        if iterations < 1:
            raise SettingError(f"SpectralNorm: iterations is expected to be at least 1, got {iterations}")
        weight = getattr(layer, "weight", None)
        if weight is None or weight.ndim < 2:
            raise SettingError(f"SpectralNorm: expected a layer with a weight of two axes or more, got {layer!r}")
        self.layer = layer
        matrix = as_matrix(layer, raw(layer.weight))
        start = np.random.default_rng(0).standard_normal(matrix.shape[1])  # not orthogonal to any fixed vector
        self.u, self.v = power_iterations(matrix, namespace(matrix).asarray(start, dtype=matrix.dtype), iterations)

    def __call__(self, x: Array) -> Array:
        return self.normalized()(x)

    def normalized(self) -> Any:
        """The layer with its weight divided by sigma."""
        weight = self.layer.weight
        sigma = F.sum(F.matmul(self.v, as_matrix(self.layer, weight)) * self.u)
        return updated(self.layer, {"weight": weight / sigma})

    def refreshed(self) -> "SpectralNorm":
        """The layer with u and v after one more power iteration with the current weight."""
        u, v = power_iterations(as_matrix(self.layer, raw(self.layer.weight)), self.u, 1)
        return replaced(self, u=u, v=v)


def power_iterations(matrix: Array, u: Array, times: int) -> tuple[Array, Array]:
    """(u, v) after power iterations, which converge to the singular vectors of the largest singular value.

    matrix: (inputs, outputs).   u: (outputs,), the initial vector.   All are bare arrays. Returns unit vectors u
    (outputs,) and v (inputs,).
    """
    for _ in range(times):
        v = _unit(F.matmul(matrix, u))
        u = _unit(F.matmul(v, matrix))
    return u, v


def _unit(x: Array) -> Array:
    return x / (F.sqrt(F.sum(x * x)) + 1e-12)
