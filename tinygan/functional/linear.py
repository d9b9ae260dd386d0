"""The affine map of a dense layer: a matrix product plus a bias."""

from tinygan.autograd.arithmetic import matrix_product, product
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
