"""Layers against plain formulas: what they compute, what they learn, how they begin, what they refuse."""

import functools

import numpy as np
import pytest

from tests.functional import loops
from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import namespace, to_host
from tinygan.errors import ShapeMismatch

X = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
IMAGES = np.random.default_rng(0).standard_normal((2, 5, 6, 3)).astype(np.float32)


def rng():
    return np.random.default_rng(0)


def filled(module):
    """`module` with random numbers in every parameter, so that no bias is 0."""
    numbers = np.random.default_rng(5)
    return nn.map_leaves(module, lambda leaf: Tensor(numbers.standard_normal(leaf.shape).astype(np.float32)))


def shapes(module):
    return {path: leaf.shape for path, leaf in nn.parameters(module).items()}


def test_dense():
    layer = filled(nn.Dense(3, 2, rng()))
    assert shapes(layer) == {"weight": (3, 2), "bias": (2,)}
    expected = [
        [sum(x[i] * raw(layer.weight)[i, o] for i in range(3)) + raw(layer.bias)[o] for o in range(2)] for x in X
    ]
    np.testing.assert_allclose(layer(X).data, expected, rtol=1e-5, atol=1e-6)
    assert shapes(nn.Dense(3, 2, rng(), bias=False)) == {"weight": (3, 2)}


def test_dense_refuses_other_features():
    with pytest.raises(ShapeMismatch, match=r"^Dense: x has 4 features, \(3, 4\), but weight expects 3$"):
        nn.Dense(3, 2, rng())(X.T)


def test_conv2d():
    layer = filled(nn.Conv2d(3, 2, (2, 3), rng(), stride=(2, 1), padding=(1, 0)))
    assert shapes(layer) == {"weight": (2, 3, 3, 2), "bias": (2,)}
    expected = loops.conv2d(IMAGES, raw(layer.weight), (2, 1), (1, 0)) + raw(layer.bias)
    np.testing.assert_allclose(layer(IMAGES).data, expected, rtol=1e-4, atol=1e-5)
    assert shapes(nn.Conv2d(3, 2, 4, rng(), bias=False)) == {"weight": (4, 4, 3, 2)}


def test_conv2d_with_a_border_that_mirrors_the_image():
    layer = filled(nn.Conv2d(3, 2, 3, rng(), stride=2, padding=(1, 2), reflect=True))
    bordered = np.pad(IMAGES, ((0, 0), (1, 1), (2, 2), (0, 0)), mode="reflect")
    expected = loops.conv2d(bordered, raw(layer.weight), (2, 2), (0, 0)) + raw(layer.bias)
    np.testing.assert_allclose(layer(IMAGES).data, expected, rtol=1e-4, atol=1e-5)


def test_conv_transpose2d():
    layer = filled(nn.ConvTranspose2d(3, 2, (2, 3), rng(), stride=(2, 3), padding=(1, 0), output_padding=(1, 2)))
    assert shapes(layer) == {"weight": (2, 3, 2, 3), "bias": (2,)}
    expected = loops.conv_transpose2d(IMAGES, raw(layer.weight), (2, 3), (1, 0), (1, 2)) + raw(layer.bias)
    np.testing.assert_allclose(layer(IMAGES).data, expected, rtol=1e-4, atol=1e-5)
    assert shapes(nn.ConvTranspose2d(3, 2, 4, rng(), bias=False)) == {"weight": (4, 4, 2, 3)}


def test_layers_begin_with_their_initializers_and_biases_of_0():
    zero = [
        layer.bias.data
        for layer in (nn.Dense(3, 2, rng()), nn.Conv2d(3, 2, 3, rng()), nn.ConvTranspose2d(3, 2, 3, rng()))
    ]
    for bias in zero:
        np.testing.assert_array_equal(bias, np.zeros(2, np.float32))
    for layer, shape, default in [
        (nn.Dense, (3, 2), nn.glorot()),
        (functools.partial(nn.Conv2d, kernel=4), (4, 4, 3, 2), nn.he()),
        (functools.partial(nn.ConvTranspose2d, kernel=4), (4, 4, 2, 3), nn.he()),
        (nn.Embedding, (3, 2), nn.normal(1.0)),
    ]:
        np.testing.assert_array_equal(layer(3, 2, rng=rng()).weight.data, default(shape, rng()))
        np.testing.assert_array_equal(
            layer(3, 2, rng=rng(), initialize=nn.normal(0.5)).weight.data, nn.normal(0.5)(shape, rng())
        )
        assert layer(3, 2, rng=rng()).weight.dtype == np.float32


@pytest.mark.parametrize(
    ("layer", "f", "x", "shape"),
    [
        (nn.BatchNorm(3, epsilon=0.1), F.batch_norm, X, (3,)),
        (nn.BatchNorm(3, epsilon=0.1), F.batch_norm, IMAGES, (3,)),
        (nn.LayerNorm(3, epsilon=0.1), F.layer_norm, X, (3,)),
        (nn.LayerNorm((5, 6, 3), epsilon=0.1), F.layer_norm, IMAGES, (5, 6, 3)),
        (nn.InstanceNorm(3, epsilon=0.1), F.instance_norm, IMAGES, (3,)),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "scale") else "",
)
def test_normalizations(layer, f, x, shape):
    assert shapes(layer) == {"scale": shape, "shift": shape}
    np.testing.assert_array_equal(layer.scale.data, np.ones(shape, np.float32))
    np.testing.assert_array_equal(layer.shift.data, np.zeros(shape, np.float32))
    layer = filled(layer)
    np.testing.assert_array_equal(layer(x).data, f(x, raw(layer.scale), raw(layer.shift), 0.1))


@pytest.mark.parametrize("x", [X, IMAGES], ids=["points", "images"])
def test_a_batch_norm_without_scale_is_one_with_a_scale_of_1(x):
    bare, layer = nn.BatchNorm(3, scale=False, epsilon=0.1), nn.BatchNorm(3, epsilon=0.1)
    shift = np.array([0.5, -1.0, 2.0], np.float32)
    bare, layer = (nn.updated(each, {"shift": shift}) for each in (bare, layer))
    assert nn.parameters(bare).keys() == {"shift"}
    np.testing.assert_allclose(raw(bare(x)), raw(layer(x)), rtol=1e-5, atol=1e-6)
    standing = [nn.with_statistics(each, x) for each in (bare, layer)]
    np.testing.assert_allclose(*(raw(each(x[:1])) for each in standing), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", [nn.BatchNorm, nn.LayerNorm, nn.InstanceNorm, nn.VirtualBatchNorm])
def test_epsilon_is_1e_5(kind):
    """0.8, a momentum in epsilon's place."""
    assert kind(3).epsilon == 1e-5
    assert nn.ConditionalBatchNorm(3, 2, rng()).epsilon == 1e-5


@pytest.mark.parametrize("x", [X, IMAGES], ids=["points", "images"])
def test_conditional_batch_norm_is_batch_norm_with_each_examples_own_scale_and_shift(x):
    layer = filled(nn.ConditionalBatchNorm(3, 2, rng(), epsilon=0.1))
    assert shapes(layer) == {"scale.weight": (2, 3), "shift.weight": (2, 3)}
    condition = np.random.default_rng(1).standard_normal((len(x), 2)).astype(np.float32)
    expected = [
        F.batch_norm(x, 1 + c @ raw(layer.scale.weight), c @ raw(layer.shift.weight), 0.1)[i]
        for i, c in enumerate(condition)
    ]
    np.testing.assert_allclose(layer(x, condition).data, expected, rtol=1e-4, atol=1e-5)


def test_a_conditional_batch_norm_begins_near_the_one_without_condition():
    layer = nn.ConditionalBatchNorm(300, 5, rng())
    one_hot = np.eye(5, dtype=np.float32)
    for weight, middle in ((layer.scale.weight, 1), (layer.shift.weight, 0)):
        values = middle + one_hot @ weight.data
        assert abs(values - middle).max() < 0.1
        assert values.std() == pytest.approx(0.02, rel=0.1)


def test_embedding(device):
    layer = nn.map_leaves(nn.Embedding(4, 2, rng()), lambda leaf: Tensor(device.asarray(raw(leaf))))
    labels = np.array([[3, 0], [0, 0]])
    weight = to_host(raw(layer.weight))
    for given in (labels, device.asarray(labels)):
        out = layer(given)
        assert namespace(raw(out)) is device.module
        np.testing.assert_array_equal(to_host(raw(out)), weight[labels])
        np.testing.assert_array_equal(to_host(nn.frozen(layer)(given)), weight[labels])
        gradient = to_host(grad(out.sum(), layer.weight))
        np.testing.assert_array_equal(gradient, [[3, 3], [0, 0], [0, 0], [1, 1]])


def test_embedding_of_no_labels():
    assert nn.Embedding(4, 2, rng())(np.array([], int)).shape == (0, 2)


def test_dropout():
    layer = nn.Dropout(0.5, rng())
    np.testing.assert_array_equal(layer(X), F.dropout(X, 0.5, rng()))
    assert not np.array_equal(layer(X), layer(X))
    evaluated = nn.Dropout(0.5)
    assert evaluated(X) is X


def test_reshape():
    assert nn.Reshape(2, 3)(np.ones((5, 6))).shape == (5, 2, 3)
    assert nn.Reshape(-1)(IMAGES).shape == (2, 90)
    np.testing.assert_array_equal(nn.Reshape(90)(IMAGES)[1], IMAGES[1].ravel())


def test_sequential_applies_layers_and_functions_in_order():
    first, last = filled(nn.Dense(3, 4, rng())), filled(nn.Dense(4, 1, rng()))
    net = nn.Sequential(first, F.tanh, functools.partial(F.leaky_relu, slope=0.2), last)
    np.testing.assert_array_equal(net(X).data, last(F.leaky_relu(F.tanh(first(X)), slope=0.2)).data)
    assert nn.Sequential()(X) is X


def test_layers_work_on_every_device(device):
    net = nn.Sequential(
        nn.Conv2d(3, 4, 3, rng(), stride=2, padding=1),
        nn.BatchNorm(4),
        F.relu,
        nn.ConvTranspose2d(4, 2, 4, rng(), stride=2, padding=1),
        nn.InstanceNorm(2),
        nn.Reshape(-1),
        nn.LayerNorm(72),
        nn.Dense(72, 1, rng()),
        nn.Dropout(0.5, rng()),
    )
    moved = nn.map_leaves(net, lambda leaf: Tensor(device.asarray(raw(leaf))))
    got = moved(device.asarray(IMAGES))
    assert got.dtype == np.float32
    net.layers[-1] = nn.Dropout(0.5, rng())
    np.testing.assert_allclose(to_host(raw(got)), net(IMAGES).data, rtol=1e-4, atol=1e-5)
