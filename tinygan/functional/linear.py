"""The affine map of a dense layer, a matrix product plus a bias; and the lengths of a weight's columns."""

from tinygan.autograd.arithmetic import matrix_product, product
from tinygan.autograd.columns import column_sums_of_product
from tinygan.autograd.primitive import primitive
from tinygan.errors import ShapeMismatch


@primitive(
    lambda g, out, x, weight, bias: matrix_product(g, weight, transpose_y=True),
    lambda g, out, x, weight, bias: matrix_product(x, g, transpose_x=True),
    lambda g, out, x, weight, bias: g,
)
def affine(xp, x, weight, bias):
    """x @ weight + bias, (..., m, k), for x (..., m, n), weight (n, k) and bias (k,).

    Raises ShapeMismatch for other shapes; pass a single example as x[None].
    """
    if x.ndim < 2 or weight.ndim != 2 or bias.shape != weight.shape[1:]:
        raise ShapeMismatch(f"x {x.shape}, weight {weight.shape}, bias {bias.shape} are not (m, n), (n, k), (k,)")
    out = product(xp, x, weight)
    if bias.dtype != out.dtype:
        return out + bias
    out += bias  # in place: no second array
    return out


@primitive(lambda g, out, x: x * (g / out))
def column_lengths(xp, x):
    """The Euclidean length of each column of a matrix, (n, k) to (k,). The gradient at a column of 0 is nan.

    >>> import numpy as np
    >>> column_lengths(np.array([[3.0, 1.0], [4.0, 0.0]]))
    array([5., 1.])
    """
    if x.ndim != 2:
        raise ShapeMismatch(f"a matrix (n, k) is expected, got {x.shape}")
    return xp.sqrt(column_sums_of_product(xp, x, x))
