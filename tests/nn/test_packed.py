"""Packs are consecutive examples, side by side in the last axis; never real and generated ones in one pack."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

RNG = np.random.default_rng(0)


def itself(x):
    return x


def test_points_by_hand(device):
    x = device.asarray(np.array([[1.0, 2], [3, 4], [5, 6], [7, 8], [9, 10], [11, 12]]))
    np.testing.assert_array_equal(to_host(nn.Packed(itself, 3)(x)), [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]])
    np.testing.assert_array_equal(to_host(nn.Packed(itself, 1)(x)), to_host(x))


def test_images_keep_their_places(device):
    x = RNG.standard_normal((6, 4, 5, 2))
    packed = to_host(nn.Packed(itself, 3)(device.asarray(x)))
    assert packed.shape == (2, 4, 5, 6)
    for pack in range(2):
        for example in range(3):
            np.testing.assert_array_equal(packed[pack, :, :, 2 * example : 2 * example + 2], x[3 * pack + example])


def test_each_example_receives_the_gradient_of_its_part():
    x = Tensor(RNG.standard_normal((4, 2, 2, 1)))
    seed = RNG.standard_normal((2, 2, 2, 2))
    got = grad(nn.Packed(itself, 2)(x), x, seed=seed)
    for i in range(4):
        np.testing.assert_array_equal(got[i, :, :, 0], seed[i // 2, :, :, i % 2])


def test_a_part_of_a_pack_is_refused():
    with pytest.raises(ShapeMismatch, match=r"^Packed: 5 examples, \(5, 2\), are not a multiple of pack = 2$"):
        nn.Packed(itself, 2)(np.zeros((5, 2)))


def test_minibatches_are_never_packed_together():
    D = nn.Packed(nn.Sequential(nn.Dense(4, 1, RNG)), 2)
    x, y = RNG.standard_normal((4, 2)), RNG.standard_normal((6, 2))
    real, fake = nn.together(D, x, y)
    assert (real.shape, fake.shape) == ((2, 1), (3, 1))
    np.testing.assert_array_equal(raw(real), raw(D(x)))
    np.testing.assert_array_equal(raw(fake), raw(D(y)))
    with pytest.raises(ShapeMismatch):  # joined, they would be three whole packs, the second half real, half generated
        nn.together(D, x[:3], y[:3])


def test_summary_shows_the_packs():
    D = nn.Packed(nn.Sequential(nn.Dense(4, 3, RNG), F.tanh), 2)
    assert nn.summary(D).splitlines() == [
        "layer   output  parameters",
        "packed  (1, 4)           0",
        "Dense   (1, 3)          15",
        "tanh    (1, 3)           0",
        "total                   15",
    ]
