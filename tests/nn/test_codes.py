"""The parts of InfoGAN's z become one array, of which each part reaches G."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn import Codes
from tinygan.nn.together import per_example

NOISE, CATEGORY, CONTINUOUS = np.array([[5.0, 6.0], [7.0, 8.0]]), np.array([2, 0]), np.array([[0.5], [-0.25]])


def test_noise_then_the_category_as_one_hot_then_the_continuous_codes(device):
    z = Codes(*map(device.asarray, (NOISE, CATEGORY, CONTINUOUS)))
    joined = nn.JoinCodes(3)(z)
    np.testing.assert_array_equal(to_host(joined), [[5, 6, 0, 0, 1, 0.5], [7, 8, 1, 0, 0, -0.25]])


def test_every_part_has_a_gradient_but_the_category():
    noise, continuous = Tensor(NOISE), Tensor(CONTINUOUS)
    weight = np.arange(6.0)
    loss = F.sum(nn.JoinCodes(3)(Codes(noise, CATEGORY, continuous)) * weight)
    gradients = grad(loss, [noise, continuous])
    np.testing.assert_array_equal(gradients[0], [[0, 1], [0, 1]])
    np.testing.assert_array_equal(gradients[1], [[5], [5]])


def test_numbers_keep_their_dtype_and_there_may_be_no_continuous_codes():
    for dtype in (np.float32, np.float64):
        joined = nn.JoinCodes(3)(Codes(NOISE.astype(dtype), CATEGORY, np.zeros((2, 0), dtype)))
        assert (joined.shape, joined.dtype) == ((2, 5), dtype)


def test_each_sample_has_its_own_codes_alone():
    assert per_example(nn.Sequential(nn.JoinCodes(3), nn.Dense(6, 2, np.random.default_rng(0))))


def test_what_it_refuses():
    with pytest.raises(SettingError, match=r"^JoinCodes: expected Codes\(noise, category, continuous\), got ndarray$"):
        nn.JoinCodes(3)(NOISE)
    with pytest.raises(ShapeMismatch, match=r"^JoinCodes: expected as many .*, got \(2, 2\), \(1,\), \(2, 1\)$"):
        nn.JoinCodes(3)(Codes(NOISE, CATEGORY[:1], CONTINUOUS))
