"""Orthogonal regularization: a penalty on inner products of different filters of a layer."""

from collections.abc import Iterable
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.nn.convolution import as_matrix
from tinygan.nn.layer import Module
from tinygan.nn.walk import children, is_leaf, walk


def orthogonality(module: Module, without: tuple[str, ...] = ()) -> Array:
    """The sum of ||W^T W * (1 - I)||_F^2 over the weights of a module; Brock et al. 2019, eq. (3).

    W is `as_matrix` of a weight, with a column for each output channel. Weights are the leaves called `weight` with at
    least two axes. Returns a scalar.
    without: names of attributes, such as `embedding`; weights in parts of the module with such a name are left out.

    >>> import numpy as np
    >>> from tinygan import nn
    >>> weight = np.array([[3.0, 1.0], [0.0, 2.0]])
    >>> layer = nn.Dense(2, 2, np.random.default_rng(0), initialize=lambda shape, rng: weight)
    >>> float(orthogonality(layer))  # the product of the columns is 3, and W^T W holds it twice
    18.0
    """
    total = 0.0
    for layer, weight in _weights(module, without):
        total = total + _of_columns(as_matrix(layer, weight))
    return total


def _of_columns(W: Array) -> Array:
    """||W^T W * (1 - I)||_F^2 of a matrix.

    A wide W, such as that of a generator's first layer, has a large W^T W and a small W W^T, with the same norm: then
    it is ||W W^T||_F^2 minus the sum of squares of the diagonal of W^T W.
    """
    rows, columns = W.shape
    if rows < columns:
        small, lengths = F.matrix_product(W, W, transpose_y=True), F.sum(W * W, axis=0)
        return F.sum(small * small) - F.sum(lengths * lengths)
    products = F.matrix_product(W, W, transpose_x=True) * (1 - namespace(raw(W)).eye(columns, dtype=W.dtype))
    return F.sum(products * products)


def _weights(module: Module, without: tuple[str, ...]) -> Iterable[tuple[Any, Array]]:
    """Every layer with a weight of at least two axes, and the weight. A shared weight occurs once.

    without: names that a path must not have.
    """
    pairs: dict[int, tuple[Any, Array]] = {}
    for path, layer in walk(module):
        left_out = is_leaf(layer) or any(name in without for name in path.split("."))
        weight: Any = None if left_out else dict(children(layer)).get("weight")
        if is_leaf(weight) and weight.ndim > 1:
            pairs.setdefault(id(weight), (layer, weight))
    return pairs.values()
