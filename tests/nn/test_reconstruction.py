"""The energy of an autoencoder by hand, and what it refuses."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import namespace, to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.together import per_example

X = np.array([[1.0, -2.0], [3.0, 0.0]], np.float32)


def first(x):
    """The code of x: its first number."""
    return x[:, :1]


def twice(code):
    return F.concatenate([code, code], axis=1)


def test_by_hand(device):
    """x = (1, -2) and (3, 0) come back as (1, 1) and (3, 3): away by 0 and 3 each time; means 3 / 2 and 9 / 2."""
    for power, energy in ((1, 1.5), (2, 4.5)):
        D = nn.Reconstruction(first, twice, power=power)
        got = D(device.asarray(X)).score
        assert namespace(got) is device.module
        assert got.dtype == np.float32
        np.testing.assert_array_equal(to_host(got), [[energy], [energy]])
        traced = D(Tensor(device.asarray(X))).score
        np.testing.assert_array_equal(to_host(raw(traced)), [[energy], [energy]])


def test_the_square_is_the_default_and_images_are_examples():
    images = np.random.default_rng(0).standard_normal((3, 2, 4, 1))
    energies = nn.Reconstruction(lambda x: x, lambda code: 0 * code)(images).score
    np.testing.assert_allclose(energies, [[np.mean(image**2)] for image in images], rtol=1e-14)


def test_its_gradient_by_hand():
    """d/dx mean (x_0 - x_i)**2 at (1, -2): 2 (3) / 2 (1, -1)."""
    x = Tensor(X[:1].astype(np.float64))
    np.testing.assert_array_equal(grad(F.sum(nn.Reconstruction(first, twice)(x).score), x), [[3.0, -3.0]])


def test_the_code_is_the_encoders():
    np.testing.assert_array_equal(nn.Reconstruction(first, twice)(X).code, [[1.0], [3.0]])


def test_it_is_a_tree_of_both():
    rng = np.random.default_rng(0)
    D = nn.Reconstruction(nn.Dense(4, 2, rng), nn.Sequential(nn.Dense(2, 4, rng), F.sigmoid))
    assert list(nn.parameters(D)) == [
        "encoder.weight",
        "encoder.bias",
        "decoder.layers.0.weight",
        "decoder.layers.0.bias",
    ]
    assert per_example(D)
    assert not per_example(nn.Reconstruction(nn.BatchNorm(4), nn.Dense(4, 4, rng)))


def test_what_it_refuses():
    with pytest.raises(SettingError, match=r"^Reconstruction: power is expected to be 1 or 2, got 3$"):
        nn.Reconstruction(first, twice, power=3)
    with pytest.raises(ShapeMismatch, match=r"^Reconstruction: the decoder gives \(2, 1\) for x of shape \(2, 2\)$"):
        nn.Reconstruction(first, lambda code: code)(X)
