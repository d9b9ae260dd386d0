"""affine against the product and the sum, and what it refuses; products of turned operands against NumPy."""

import numpy as np
import pytest

from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.errors import ShapeMismatch

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("inputs", [1, 3])
def test_affine(inputs):
    x, weight, bias = RNG.standard_normal((5, inputs)), RNG.standard_normal((inputs, 4)), RNG.standard_normal(4)
    np.testing.assert_allclose(F.affine(x, weight, bias), x @ weight + bias, rtol=1e-14)
    stack = RNG.standard_normal((2, 5, inputs))
    np.testing.assert_allclose(F.affine(stack, weight, bias), stack @ weight + bias, rtol=1e-14)
    assert F.affine(x.astype(np.float32), weight.astype(np.float32), bias).dtype == np.float64


@pytest.mark.parametrize(
    ("x", "weight", "bias"),
    [((3,), (3, 4), (4,)), ((5, 3), (3, 4), (1,)), ((5, 3), (3, 4), (5, 4)), ((5, 3), (3,), (3,))],
)
def test_affine_refuses(x, weight, bias):
    with pytest.raises(ShapeMismatch, match=r"^affine: x .* are not \(m, n\), \(n, k\), \(k,\)$"):
        F.affine(np.ones(x), np.ones(weight), np.ones(bias))


@pytest.mark.parametrize("transpose_x", [False, True])
@pytest.mark.parametrize("transpose_y", [False, True])
@pytest.mark.parametrize("inner", [1, 3])
def test_transposed_products(transpose_x, transpose_y, inner):
    x = RNG.standard_normal((2, inner, 5) if transpose_x else (2, 5, inner))
    y = RNG.standard_normal((4, inner) if transpose_y else (inner, 4))
    expected = (x.swapaxes(1, 2) if transpose_x else x) @ (y.T if transpose_y else y)
    into = np.empty((2, 5, 4))
    np.testing.assert_allclose(
        F.matrix_product(x, y, transpose_x=transpose_x, transpose_y=transpose_y, into=into), expected, rtol=1e-13
    )
    np.testing.assert_allclose(into, expected, rtol=1e-13)


def test_gradients_move_nothing():
    """The gradient of a weight lies in memory as the weight does, also when it was taken through a gradient."""
    x, weight = Tensor(RNG.standard_normal((5, 3))), Tensor(RNG.standard_normal((3, 4)))
    slope = grad(F.sum(F.tanh(x @ weight)), x, create_graph=True)
    assert grad(F.sum(slope * slope), weight).flags.c_contiguous


def test_lists_are_arrays_and_numbers_are_none():
    x = Tensor([1.0, 2.0])
    assert (x @ [3.0, 4.0]).data == 11
    assert ([[3.0, 4.0]] @ x).data.tolist() == [11]
    assert grad(x @ [3.0, 4.0], x).tolist() == [3, 4]
    for product in (lambda: x @ 3.0, lambda: 3.0 @ x, lambda: x @ Tensor(2.0)):
        with pytest.raises(ShapeMismatch, match=r"^matmul: an operand is a single number; multiply by it with \*$"):
            product()
