"""Maxout against its formula, piece by piece."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

X = np.random.default_rng(0).standard_normal((6, 3)).astype(np.float32)


def layer(device=None):
    made = nn.Maxout(3, 2, 4, np.random.default_rng(1))
    numbers = np.random.default_rng(2)
    made.bias = Tensor(numbers.standard_normal(8).astype(np.float32))
    return made if device is None else nn.map_leaves(made, lambda leaf: Tensor(device.asarray(raw(leaf))))


def test_the_largest_of_the_pieces(device):
    maxout = layer()
    weight, bias = maxout.weight.data, maxout.bias.data
    pieces = [X @ weight[:, 2 * k : 2 * k + 2] + bias[2 * k : 2 * k + 2] for k in range(4)]
    got = to_host(raw(layer(device)(device.asarray(X))))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, np.max(pieces, axis=0), rtol=1e-5)


def test_only_the_largest_piece_learns():
    maxout = layer()
    pieces = (X @ maxout.weight.data + maxout.bias.data).reshape(6, 4, 2)
    bias = grad(maxout(X).sum(), maxout.bias).reshape(4, 2)
    for k in range(4):
        np.testing.assert_array_equal(bias[k], (pieces.argmax(axis=1) == k).sum(axis=0))


def test_pieces_that_tie_share_the_gradient():
    maxout = layer()
    maxout.weight, maxout.bias = Tensor(np.zeros((3, 8), np.float32)), Tensor(np.zeros(8, np.float32))
    np.testing.assert_array_equal(grad(maxout(X).sum(), maxout.bias), np.full(8, 6 / 4))


def test_each_piece_begins_as_a_dense_layer_would():
    made = nn.Maxout(30, 20, 5, np.random.default_rng(0), initialize=nn.glorot())
    np.testing.assert_array_equal(made.weight.data[:, :20], nn.glorot()((30, 20), np.random.default_rng(0)))
    bound = np.sqrt(6 / 50)
    assert 0.95 * bound < abs(made.weight.data).max() <= bound  # of (30, 20), not of (30, 100)
    np.testing.assert_array_equal(made.bias.data, np.zeros(100))
    assert made.weight.dtype == np.float32


def test_other_features_are_refused():
    with pytest.raises(ShapeMismatch, match=r"^Maxout: x has 4 features, \(1, 4\), but weight expects 3$"):
        layer()(np.zeros((1, 4), np.float32))


def test_summary_needs_no_example():
    assert "Maxout  (1, 2)          32" in nn.summary(layer())
