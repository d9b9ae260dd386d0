"""Data-dependent initialization: in the order of the pass, once for each layer, and nothing else changes."""

import numpy as np
import pytest

from tinygan import functional as F
from tinygan import nn, raw


def rng(seed=0):
    return np.random.default_rng(seed)


def normalized(inputs, outputs, seed=0):
    return nn.WeightNorm(nn.Dense(inputs, outputs, rng(seed)))


X = (3 * rng(1).standard_normal((200, 5)) + 2).astype(np.float32)


def test_each_layer_gets_the_outputs_of_initialized_ones():
    first, second = normalized(5, 4), normalized(4, 3, 1)
    net = nn.initialized(nn.Sequential(first, F.relu, second), X)
    h = raw(first.initialized(X)(X))
    y = raw(second.initialized(np.maximum(h, 0))(np.maximum(h, 0)))
    np.testing.assert_allclose(raw(net(X)), y, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(y.std(axis=0), 1, rtol=1e-4)
    np.testing.assert_allclose(raw(net[:1](X)), h, rtol=1e-5, atol=1e-6)


def test_the_module_itself_stays_and_other_layers_are_shared():
    dense = nn.Dense(4, 2, rng())
    net = nn.Sequential(normalized(5, 4), F.relu, dense)
    before = raw(net(X))
    new = nn.initialized(net, X)
    assert new.layers[2] is dense
    np.testing.assert_array_equal(raw(net(X)), before)
    assert nn.parameters(new).keys() == nn.parameters(net).keys()
    assert not np.allclose(raw(new(X)), before)


def test_a_layer_in_two_places_is_initialized_by_its_first_input():
    layer = normalized(4, 4)
    net = nn.initialized(nn.Sequential(layer, F.relu, layer), X[:, :4])
    assert net.layers[0] is net.layers[2]
    np.testing.assert_allclose(raw(net.layers[0](X[:, :4])).std(axis=0), 1, rtol=1e-4)


def test_layers_at_any_depth():
    twice = nn.Sequential(normalized(10, 2))
    net = nn.initialized(nn.Ensemble(nn.Packed(nn.Sequential(normalized(10, 5)), 2), nn.Packed(twice, 2)), X)
    for member, outputs in zip(net.members, (5, 2), strict=True):
        y = raw(member(X))
        assert y.shape == (100, outputs)
        np.testing.assert_allclose(y.std(axis=0), 1, rtol=1e-4)


def test_a_layer_with_a_condition():
    class Shifted(nn.Layer):
        conditional = True
        shift: nn.State = 0.0

        def __call__(self, x, condition):
            return x - self.shift + condition

        def initialized(self, x):
            return nn.replaced(self, shift=x.mean(axis=0))

    class Called(nn.Layer):
        def __init__(self, net):
            self.net = net

        def __call__(self, x):
            return self.net(x, np.ones((len(x), 1), np.float32))

    net = nn.initialized(Called(nn.Sequential(Shifted(), normalized(5, 4))), X)
    np.testing.assert_allclose(net.net.layers[0].shift, X.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(raw(net(X)).std(axis=0), 1, rtol=1e-4)


def test_a_layer_that_is_not_reached_stays():
    unused = normalized(5, 4)
    net = nn.Sequential(normalized(5, 3))
    net.spare = unused
    assert nn.initialized(net, X).spare is unused


@pytest.mark.parametrize("module", [nn.Sequential(nn.Dense(2, 2, rng()), nn.BatchNorm(2)), np.abs, None])
def test_a_module_without_such_layers_is_returned_itself(module):
    assert nn.initialized(module, X) is module


def test_noise_is_drawn_as_in_training():
    net = nn.Sequential(nn.GaussianNoise(5.0, rng(3)), normalized(5, 4))
    new = nn.initialized(net, X)
    noisy = X + 5 * rng(3).standard_normal(X.shape, dtype=np.float32)
    np.testing.assert_allclose(raw(new.layers[1](noisy)).std(axis=0), 1, rtol=1e-4)
