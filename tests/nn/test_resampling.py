"""Layers that double or halve the sides: by hand, and each fast form against the two steps that it stands for."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.nn.together import per_example

RNG = np.random.default_rng(0)


def double(layer, device):
    return nn.map_leaves(layer, lambda leaf: Tensor(device.asarray(raw(leaf).astype(np.float64))))


def plain(layer):
    """The 3 x 3 convolution with the weight and the bias of `layer`."""
    conv = nn.Conv2d(*layer.weight.shape[2:], 3, RNG, padding=1, bias=layer.bias is not None)
    conv.weight, conv.bias = layer.weight, layer.bias
    return conv


def test_each_pixel_is_repeated_and_averaged_by_hand(device):
    x = device.asarray(np.array([[1.0, 2.0], [3.0, 6.0]])[None, :, :, None])
    large = to_host(nn.Upsample()(x))
    np.testing.assert_array_equal(large[0, :, :, 0], [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 6, 6], [3, 3, 6, 6]])
    np.testing.assert_array_equal(to_host(nn.Downsample()(x)).ravel(), [3.0])
    np.testing.assert_array_equal(to_host(nn.Downsample()(device.asarray(large))), to_host(x))


def test_an_odd_last_row_is_left_out():
    x = RNG.standard_normal((2, 5, 3, 2))
    np.testing.assert_allclose(nn.Downsample()(x), F.avg_pool2d(x, 2), rtol=1e-14)


@pytest.mark.parametrize("sides", [(4, 6), (2, 2), (7, 7)])
@pytest.mark.parametrize("bias", [True, False])
def test_the_fast_forms_are_the_two_steps(device, sides, bias):
    x = device.asarray(RNG.standard_normal((3, *sides, 2)))
    up, down = (double(kind(2, 4, RNG, bias=bias), device) for kind in (nn.UpConv2d, nn.DownConv2d))
    for layer, slow in (
        (up, nn.Sequential(nn.Upsample(), plain(up))),
        (down, nn.Sequential(plain(down), nn.Downsample())),
    ):
        if bias:
            layer.bias = slow[1 if layer is up else 0].bias = Tensor(device.asarray(np.array([1.0, -2.0, 0.5, 3.0])))
        fast_y, slow_y = layer(Tensor(x)), slow(Tensor(x))
        assert fast_y.shape == slow_y.shape
        np.testing.assert_allclose(to_host(raw(fast_y)), to_host(raw(slow_y)), atol=1e-12)
        weights = np.random.default_rng(3).standard_normal(fast_y.shape)
        slopes = [grad(y, layer.weight, seed=device.asarray(weights)) for y in (fast_y, slow_y)]
        np.testing.assert_allclose(*map(to_host, slopes), atol=1e-11)


@pytest.mark.parametrize("kind", [nn.UpConv2d, nn.DownConv2d])
def test_spectral_norm_is_that_of_the_3_x_3_weight(kind):
    layer = nn.SpectralNorm(kind(2, 4, RNG), iterations=200)
    sigma = np.linalg.svd(raw(layer.layer.weight).reshape(-1, 4), compute_uv=False)[0]
    x = RNG.standard_normal((2, 4, 4, 2), dtype=np.float32)
    np.testing.assert_allclose(raw(nn.frozen(layer)(x)), raw(nn.frozen(layer.layer)(x)) / sigma, rtol=1e-4, atol=1e-5)


def test_each_image_by_itself():
    assert per_example(nn.Sequential(nn.UpConv2d(1, 2, RNG), nn.Downsample(), nn.DownConv2d(2, 1, RNG), nn.Upsample()))
