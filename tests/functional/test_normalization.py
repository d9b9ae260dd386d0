"""Normalizations against their papers' formulas, statistic by statistic."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

RNG = np.random.default_rng(0)
IMAGES = 3 * RNG.standard_normal((4, 3, 5, 2)) + 7
SCALE, SHIFT = np.array([2.0, -0.5]), np.array([1.0, 10.0])


def normalized(x, over, epsilon):
    """Each group of entries by itself: over(x) yields views of x, one group each."""
    out = np.empty_like(x)
    for group, target in zip(over(x), over(out), strict=True):
        values = list(group.ravel())
        mean = sum(values) / len(values)
        variance = sum((v - mean) ** 2 for v in values) / len(values)
        target[...] = (group - mean) / (variance + epsilon) ** 0.5
    return out


@pytest.mark.parametrize("epsilon", [1e-5, 0.5])
def test_batch_norm_of_images_and_rows(epsilon, device):
    def channels(x):
        return [x[..., c] for c in range(x.shape[-1])]

    for x in (IMAGES, IMAGES.reshape(-1, 2)):
        got = F.batch_norm(device.asarray(x), device.asarray(SCALE), device.asarray(SHIFT), epsilon)
        np.testing.assert_allclose(to_host(got), normalized(x, channels, epsilon) * SCALE + SHIFT, rtol=1e-11)


@pytest.mark.parametrize("epsilon", [1e-5, 0.5])
def test_layer_norm(epsilon):
    scale, shift = RNG.standard_normal((2, 5, 2))
    got = F.layer_norm(IMAGES, scale, shift, epsilon)
    rows = [(n, h) for n in range(4) for h in range(3)]
    expected = normalized(IMAGES, lambda x: [x[row] for row in rows], epsilon)
    np.testing.assert_allclose(got, expected * scale + shift, rtol=1e-11)
    got = F.layer_norm(IMAGES, SCALE, SHIFT, epsilon)
    pixels = [(*row, w) for row in rows for w in range(5)]
    expected = normalized(IMAGES, lambda x: [x[pixel] for pixel in pixels], epsilon)
    np.testing.assert_allclose(got, expected * SCALE + SHIFT, rtol=1e-11)


@pytest.mark.parametrize("epsilon", [1e-5, 0.5])
def test_instance_norm(epsilon):
    got = F.instance_norm(IMAGES, SCALE, SHIFT, epsilon)
    expected = normalized(IMAGES, lambda x: [x[n, ..., c] for n in range(4) for c in range(2)], epsilon)
    np.testing.assert_allclose(got, expected * SCALE + SHIFT, rtol=1e-11)


@pytest.mark.parametrize("norm", [F.batch_norm, F.layer_norm, F.instance_norm], ids=lambda f: f.__name__)
def test_epsilon_is_1e_5_by_default(norm):
    one = np.ones(2)
    np.testing.assert_array_equal(norm(IMAGES, one, 0 * one), norm(IMAGES, one, 0 * one, 1e-5))
    assert not np.array_equal(norm(IMAGES, one, 0 * one), norm(IMAGES, one, 0 * one, 1.1e-5))


def test_a_constant_channel_gives_the_shift():
    x = np.full((6, 2), 3.0, np.float32)
    np.testing.assert_array_equal(
        F.batch_norm(x, SCALE.astype(np.float32), SHIFT.astype(np.float32)), np.broadcast_to(SHIFT, (6, 2))
    )


def test_the_two_parts():
    got = F.centred(IMAGES, axes=(0, 3))
    np.testing.assert_allclose(got, IMAGES - np.mean(IMAGES, axis=(0, 3), keepdims=True), rtol=1e-12)
    got = F.inverse_std(IMAGES, axes=(1, 2), epsilon=0.1)
    np.testing.assert_allclose(got, (np.mean(IMAGES**2, axis=(1, 2), keepdims=True) + 0.1) ** -0.5, rtol=1e-12)


def test_float32_far_from_zero_keeps_its_precision():
    """The variance is that of the centred numbers, not E[x^2] - E[x]^2."""
    x = (RNG.standard_normal((1000, 1)) + 1000).astype(np.float32)
    u = F.standardize(x, axes=(0,), epsilon=0.0)
    np.testing.assert_allclose(u.std(), 1, rtol=1e-3)
    np.testing.assert_allclose(u.mean(), 0, atol=1e-3)


def layers_on_one_number():
    """Layers, and an input of which each of their means is of one number; PyTorch refuses the first and the third."""
    rng, ones = np.random.default_rng(0), np.ones(2)
    return [
        ("batch_norm", nn.BatchNorm(2), [np.ones((1, 2))]),
        ("batch_norm", nn.ConditionalBatchNorm(2, 3, rng), [np.ones((1, 1, 1, 2)), np.ones((1, 3))]),
        ("instance_norm", nn.InstanceNorm(2), [np.ones((5, 1, 1, 2))]),
        ("layer_norm", nn.LayerNorm(1), [np.ones((5, 1))]),
        ("batch_norm", nn.Packed(nn.BatchNorm(4), 2), [np.ones((2, 2))]),
        ("batch_norm", nn.WithReference(nn.VirtualBatchNorm(2), ones[None]), [np.ones((5, 2))]),
        ("standardize", lambda x: F.standardize(x, axes=(), epsilon=0.1), [ones]),
        ("standardize", lambda x: F.standardize(x, axes=-1, epsilon=0.1), [ones[:, None]]),
    ]


@pytest.mark.parametrize(("name", "layer", "inputs"), layers_on_one_number())
def test_one_number_has_no_spread(name, layer, inputs):
    with pytest.raises(
        ShapeMismatch, match=rf"^{name}: x of shape .* has 1 number over axes .* one number has no spread"
    ):
        layer(*inputs)


def test_two_numbers_have_one():
    """Standardized they are -1 and 1, whatever they were; epsilon is small beside their spread."""
    x = np.array([[0.0, -3.0], [4.0, 5.0]])
    np.testing.assert_allclose(F.standardize(x, axes=0, epsilon=0.0), [[-1, -1], [1, 1]], rtol=1e-12)
    np.testing.assert_allclose(F.standardize(x, axes=-2, epsilon=0.0), [[-1, -1], [1, 1]], rtol=1e-12)
    np.testing.assert_allclose(nn.frozen(nn.BatchNorm(2))(x), [[-1, -1], [1, 1]], rtol=1e-5)


def test_a_standing_batch_norm_takes_one_row():
    layer = nn.with_statistics(nn.BatchNorm(2), np.array([[0.0, 0.0], [2.0, 4.0]], np.float32))
    np.testing.assert_allclose(nn.frozen(layer)(np.array([[2.0, 4.0]])), [[1, 1]], rtol=1e-5)


@pytest.mark.parametrize("f", [F.centred, lambda x, axes: F.inverse_std(x, axes=axes, epsilon=0.1)])
def test_nothing_has_no_mean(f):
    x = Tensor(np.ones((0, 3)))
    assert grad(F.sum(f(x, axes=(1,))), x).shape == (0, 3)
    with pytest.raises(ShapeMismatch, match=r"no numbers over axes \(0,\), and so no mean"):
        f(x, axes=(0,))
