"""Spectral normalization: a layer whose matrix stretches no vector, by a power iteration that follows the weights."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.nn.convolution import as_matrix
from tinygan.nn.layer import Layer, State, replaced
from tinygan.nn.tree import updated


class SpectralNorm(Layer):
    """`layer` with weight / sigma, sigma = u^T W v its largest singular value; Miyato et al. 2018, algorithm 1.

    W is the weight as a matrix: its output channels by all else, the transpose of `as_matrix`. The unit vectors u and v
    are state, found by `iterations` power iterations and moved on by one after every update of the parameters, as the
    paper does. They are constants to the gradient: it is that of u^T W v, which at the true singular vectors is that of
    sigma.
    """

    per_example = True
    u: State
    v: State

    def __init__(self, layer: Any, *, iterations: int = 20):
        if iterations < 1:
            raise SettingError(f"SpectralNorm: at least 1 iteration is needed, got {iterations}")
        weight = getattr(layer, "weight", None)
        if weight is None or weight.ndim < 2:
            raise SettingError(f"SpectralNorm: expected a layer with a weight of two axes or more, got {layer!r}")
        self.layer = layer
        matrix = as_matrix(layer, raw(layer.weight))
        start = np.random.default_rng(0).standard_normal(matrix.shape[1])  # has a part along every vector
        self.u, self.v = iterated(matrix, namespace(matrix).asarray(start, dtype=matrix.dtype), iterations)

    def __call__(self, x: Any) -> Any:
        weight = self.layer.weight
        sigma = F.sum(F.matmul(self.v, as_matrix(self.layer, weight)) * self.u)
        return updated(self.layer, {"weight": weight / sigma})(x)

    def refreshed(self) -> "SpectralNorm":
        """The layer after one more power iteration, on the weight as it is now."""
        u, v = iterated(as_matrix(self.layer, raw(self.layer.weight)), self.u, 1)
        return replaced(self, u=u, v=v)


def iterated(matrix: Any, u: Any, times: int) -> tuple[Any, Any]:
    """(u, v) after power iterations towards the singular vectors of the largest singular value; all bare arrays.

    matrix: (inputs, outputs).   u: (outputs,), any vector.   v: (inputs,), of norm 1 as the u returned is.
    """
    for _ in range(times):
        v = _unit(F.matmul(matrix, u))
        u = _unit(F.matmul(v, matrix))
    return u, v


def _unit(x: Any) -> Any:
    return x / (F.sqrt(F.sum(x * x)) + 1e-12)
