"""Weight normalization: the weight by hand, its lengths, fixed scales, and what a data-dependent start makes of it."""

import numpy as np
import pytest

from tests.backends.strict import backend as strict_backend
from tests.backends.strict import without_waiting
from tinygan import Tensor, grad, nn, optim, raw
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError


def rng(seed=0):
    return np.random.default_rng(seed)


LAYERS = [
    (nn.Dense(6, 4, rng()), (50, 6)),
    (nn.Conv2d(3, 4, (2, 3), rng(), stride=(2, 1), padding=1), (20, 5, 4, 3)),
    (nn.ConvTranspose2d(4, 3, (2, 4), rng(), stride=2, padding=(0, 1)), (20, 3, 3, 4)),
]
each = pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=["Dense", "Conv2d", "ConvTranspose2d"])


def lengths(layer):
    """||v|| by output channel, by hand, in the shape of the weight."""
    channel = -2 if isinstance(layer, nn.ConvTranspose2d) else -1
    weight = raw(layer.weight)
    others = tuple(i for i in range(weight.ndim) if i != weight.ndim + channel)
    return np.sqrt((weight**2).sum(axis=others, keepdims=True)), channel


@each
@pytest.mark.parametrize("learned", [True, False])
def test_the_layer_with_scale_times_v_over_its_length(layer, shape, learned, device):
    x = rng(1).standard_normal(shape).astype(np.float32)
    norm, channel = lengths(layer)
    scale, bias = np.arange(1, layer.bias.size + 1, dtype=np.float32), np.linspace(-1, 1, layer.bias.size)
    along = [1] * norm.ndim
    along[channel] = -1
    weight = raw(layer.weight) * scale.reshape(along) / norm
    expected = raw(nn.updated(layer, {"weight": weight, "bias": bias.astype(np.float32)})(x))
    normalized = nn.updated(
        nn.WeightNorm(layer, learned=learned),
        {"scale" if learned else "fixed": scale, "layer.bias": bias.astype(np.float32)},
    )
    got = to_host(raw(nn.moved(normalized, device.asarray)(device.asarray(x))))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)


@each
def test_a_longer_v_changes_nothing(layer, shape):
    x = rng(1).standard_normal(shape).astype(np.float32)
    longer = nn.updated(layer, {"weight": raw(layer.weight) * np.float32(4)})
    np.testing.assert_allclose(raw(nn.WeightNorm(longer)(x)), raw(nn.WeightNorm(layer)(x)), rtol=1e-5, atol=1e-6)


@each
def test_the_gradient_in_v_is_orthogonal_to_it(layer, shape):
    normalized = nn.WeightNorm(layer)
    x = rng(1).standard_normal(shape).astype(np.float32)
    slopes = grad(F.mean(F.tanh(normalized(x))), nn.parameters(normalized))
    slope = nn.convolution.as_matrix(layer, slopes["layer.weight"])
    v = nn.convolution.as_matrix(layer, raw(layer.weight))
    np.testing.assert_allclose((slope * v).sum(axis=0), 0, atol=1e-6)
    assert slopes.keys() == {"layer.weight", "layer.bias", "scale"}


def test_a_fixed_scale_is_state():
    normalized = nn.WeightNorm(nn.Dense(6, 4, rng()), learned=False)
    assert nn.parameters(normalized).keys() == {"layer.weight", "layer.bias"}
    assert dict(nn.named_leaves(normalized)).keys() == {"layer.weight", "layer.bias", "fixed"}
    again = nn.traced(nn.frozen(normalized))
    assert nn.parameters(again).keys() == {"layer.weight", "layer.bias"}
    x = rng(1).standard_normal((5, 6)).astype(np.float32)
    loss = F.mean(F.tanh(normalized(x)))
    moved = optim.Optimizer(optim.sgd(0.1)).descend(normalized, loss)
    np.testing.assert_array_equal(moved.fixed, normalized.fixed)
    learned = nn.traced(nn.frozen(nn.WeightNorm(nn.Dense(6, 4, rng()))))
    assert nn.parameters(learned).keys() == {"layer.weight", "layer.bias", "scale"}


@each
@pytest.mark.parametrize("learned", [True, False])
def test_a_minibatch_gives_the_start(layer, shape, learned, device):
    x = device.asarray(rng(1).standard_normal(shape).astype(np.float32))
    normalized = nn.moved(nn.WeightNorm(layer, learned=learned), device.asarray)
    began = normalized.initialized(x)
    y = to_host(raw(began(x))).reshape(-1, layer.bias.size)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=0), 1, rtol=1e-4)
    assert began.layer.weight is normalized.layer.weight
    assert nn.parameters(began).keys() == nn.parameters(normalized).keys()
    assert all(raw(leaf).dtype == np.float32 for _, leaf in nn.named_leaves(began))


def test_the_start_does_not_depend_on_the_parameters_that_it_replaces():
    x = rng(1).standard_normal((50, 6)).astype(np.float32)
    normalized = nn.WeightNorm(nn.Dense(6, 4, rng()))
    other = nn.updated(normalized, {"scale": np.full(4, 9, np.float32), "layer.bias": np.full(4, 9, np.float32)})
    np.testing.assert_allclose(raw(other.initialized(x)(x)), raw(normalized.initialized(x)(x)), rtol=1e-4, atol=1e-5)


def test_a_constant_channel_keeps_its_scale():
    began = nn.WeightNorm(nn.Dense(3, 2, rng())).initialized(np.ones((5, 3), np.float32))
    np.testing.assert_array_equal(raw(began.scale), 1)
    np.testing.assert_allclose(raw(began(np.ones((1, 3), np.float32))), 0, atol=1e-6)


def test_a_device_is_not_waited_for():
    device = strict_backend()
    x = device.asarray(rng(1).standard_normal((5, 6)).astype(np.float32))
    normalized = nn.moved(nn.WeightNorm(nn.Dense(6, 4, rng())), device.asarray)
    with without_waiting():
        grad(F.mean(normalized.initialized(x)(x)), nn.parameters(normalized.initialized(x)))
        optimizer = optim.Optimizer(optim.adam(0.1))
        optimizer.descend(normalized, F.mean(F.tanh(normalized(x))))


@pytest.mark.parametrize("layer", [F.relu, nn.Dense(2, 2, rng(), bias=False), nn.BatchNorm(3)])
def test_layers_without_weight_or_bias_are_one_line(layer):
    with pytest.raises(
        SettingError, match=r"^WeightNorm: expected a layer with a weight of two axes or more and a bias"
    ):
        nn.WeightNorm(layer)


def test_its_column_lengths_take_a_matrix():
    with pytest.raises(ValueError, match=r"^column_lengths: a matrix \(n, k\) is expected, got \(3,\)$"):
        F.column_lengths(np.ones(3))
    w = Tensor(np.array([[3.0], [4.0]]))
    np.testing.assert_allclose(grad(F.sum(F.column_lengths(w)), w), [[0.6], [0.8]], rtol=1e-14)
