"""The fast sums of columns are the plain ones, in every order of memory; and so are the functions built on them."""

import numpy as np
import pytest

from tinygan import Tensor, grad
from tinygan import functional as F
from tinygan.autograd.columns import column_sums, column_sums_of_product
from tinygan.backend import to_host

SHAPES = [(7, 3), (4, 5, 3), (6, 4, 4, 2), (5, 1), (0, 3), (2, 0, 3)]


def numbers(shape, order):
    """Random numbers of a shape, with their axes in another order in memory if `order` says so."""
    array = np.random.default_rng(0).standard_normal(shape)
    axes = (1, 0, *range(2, len(shape))) if order == "turned" else tuple(range(len(shape)))
    return np.ascontiguousarray(array.transpose(axes)).transpose(np.argsort(axes))


@pytest.mark.parametrize("order", ["plain", "turned"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sums_of_columns(shape, order, device):
    x, y = numbers(shape, order), numbers(shape, "plain")[..., ::-1]
    on_x, on_y = device.asarray(x), device.asarray(y)
    axes = tuple(range(len(shape) - 1))
    got = to_host(column_sums(device.module, on_x))
    np.testing.assert_allclose(got, x.sum(axes), rtol=1e-12, atol=1e-12)
    got = to_host(column_sums_of_product(device.module, on_x, on_y))
    np.testing.assert_allclose(got, (x * y).sum(axes), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1), (1, 2), (0, 2), (0, 1, 2), (0, 1, 3)], ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
def test_a_sum_over_any_axes_is_numpys(axis, keepdims):
    x = numbers((3, 4, 5, 2), "turned")
    np.testing.assert_allclose(F.sum(x, axis, keepdims), x.sum(axis, keepdims=keepdims), rtol=1e-12)


def test_the_gradient_of_a_scale_is_one_sum_of_a_product():
    x, scale, shift = numbers((4, 3, 3, 2), "turned"), np.array([1.0, 2.0]), np.array([0.5, -1.0])
    leaves = [Tensor(scale), Tensor(shift)]
    seed = numbers((4, 3, 3, 2), "plain")
    to_scale, to_shift = grad(F.rescaled(x, *leaves), leaves, seed=seed)
    np.testing.assert_allclose(to_scale, (seed * x).sum((0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(to_shift, seed.sum((0, 1, 2)), rtol=1e-12)
