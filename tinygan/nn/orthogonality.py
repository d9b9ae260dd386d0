"""Orthogonal regularization: a penalty on filters that point the same way, whatever their lengths."""

from collections.abc import Iterable
from typing import Any

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.nn.convolution import as_matrix
from tinygan.nn.tree import children, is_leaf, walk


def orthogonality(module: Any) -> Any:
    """The sum over the module's weights of ||W^T W * (1 - I)||_F^2; Brock et al. 2019, eq. (3).

    Of every leaf called `weight` with at least two axes: W is `as_matrix` of it, with a column for each output channel.
    A scalar to be added to a loss, the paper with a factor of 1e-4.

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
        others = 1 - namespace(raw(W)).eye(W.shape[1], dtype=W.dtype)
        total = total + F.sum((F.matrix_product(W, W, transpose_x=True) * others) ** 2)
    return total


def _weights(module: Any) -> Iterable[tuple[Any, Any]]:
    """Every layer with a weight of at least two axes, and that weight; a weight that layers share comes once."""
    found: dict[int, tuple[Any, Any]] = {}
    for _, layer in walk(module):
        weight: Any = None if is_leaf(layer) else dict(children(layer)).get("weight")
        if is_leaf(weight) and weight.ndim > 1:
            found.setdefault(id(weight), (layer, weight))
    return found.values()
