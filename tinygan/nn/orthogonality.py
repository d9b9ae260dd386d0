"""Orthogonal regularization: a penalty on inner products of different filters of a layer."""

from collections.abc import Iterable
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.nn.convolution import as_matrix
from tinygan.nn.layer import Module
from tinygan.nn.walk import children, is_leaf, walk


def orthogonality(module: Module) -> Array:
    """The sum of ||W^T W * (1 - I)||_F^2 over the weights of a module; Brock et al. 2019, eq. (3).

    W is `as_matrix` of a weight, with a column for each output channel. Weights are the leaves called `weight` with at
    least two axes. Returns a scalar.

    >>> import numpy as np
    >>> from tinygan import nn
    >>> weight = np.array([[3.0, 1.0], [0.0, 2.0]])
    >>> layer = nn.Dense(2, 2, np.random.default_rng(0), initialize=lambda shape, rng: weight)
    >>> float(orthogonality(layer))  # the product of the columns is 3, and W^T W holds it twice
    18.0
    """
    total = 0.0
    for layer, weight in _weights(module):
        W = as_matrix(layer, weight)
        different = 1 - namespace(raw(W)).eye(W.shape[1], dtype=W.dtype)
        total = total + F.sum((F.matrix_product(W, W, transpose_x=True) * different) ** 2)
    return total


def _weights(module: Module) -> Iterable[tuple[Any, Array]]:
    """Every layer with a weight of at least two axes, and the weight. A shared weight occurs once."""
    pairs: dict[int, tuple[Any, Array]] = {}
    for _, layer in walk(module):
        weight: Any = None if is_leaf(layer) else dict(children(layer)).get("weight")
        if is_leaf(weight) and weight.ndim > 1:
            pairs.setdefault(id(weight), (layer, weight))
    return pairs.values()
