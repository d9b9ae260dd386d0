"""The matrix product, and the affine map of a dense layer, which adds its bias where the product stands."""

from tinygan.autograd.tensor import matmul, matrix_product, primitive, product, sum_to

__all__ = ["affine", "matmul", "matrix_product"]


@primitive(
    lambda g, out, x, weight, bias: matrix_product(g, weight, turn_y=True),
    lambda g, out, x, weight, bias: sum_to(matrix_product(x, g, turn_x=True), weight.shape),
    lambda g, out, x, weight, bias: sum_to(g, bias.shape),
)
def affine(xp, x, weight, bias):
    """x @ weight + bias: x (..., n), weight (n, k), bias (k,) give (..., k)."""
    out = product(xp, x, weight)
    out += bias
    return out
