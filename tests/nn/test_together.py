"""Several minibatches in one pass: the same numbers as by themselves, and only where that is so."""

import functools

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import to_host

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((5, 4, 4, 2)), RNG.standard_normal((3, 4, 4, 2))


def critic(*extra):
    init = nn.normal(0.5)
    layers = [
        nn.Conv2d(2, 3, 4, RNG, stride=2, padding=1, initialize=init),
        nn.InstanceNorm(3),
        functools.partial(F.leaky_relu, slope=0.2),
        nn.ConvTranspose2d(3, 2, 2, RNG, initialize=init),
        F.tanh,
        nn.Reshape(18),
        nn.LayerNorm(18),
        *extra,
        nn.Dense(18, 1, RNG, initialize=init),
    ]
    return nn.map_leaves(nn.Sequential(*layers), lambda leaf: Tensor(raw(leaf).astype(np.float64)))


class Counted:
    """A network, and how often it was called."""

    def __init__(self, network):
        self.network, self.calls = network, 0

    def __call__(self, x):
        self.calls += 1
        return self.network(x)


class Trusted(Counted):
    per_example = True


def test_one_pass_gives_the_same_numbers_and_gradients():
    network = critic()
    trusted = Trusted(network)
    x, y = Tensor(X), Tensor(Y)
    joined = nn.together(trusted, x, y)
    assert trusted.calls == 1
    for got, expected in zip(joined, (network(x), network(y)), strict=True):
        np.testing.assert_allclose(got.data, expected.data, rtol=1e-12)
    weights = nn.parameters(network)
    got = grad(F.mean(joined[0] ** 2) - F.mean(joined[1]), {**weights, "x": x})
    expected = grad(F.mean(network(x) ** 2) - F.mean(network(y)), {**weights, "x": x})
    for name in expected:
        np.testing.assert_allclose(got[name], expected[name], rtol=1e-9, atol=1e-12)


def test_three_minibatches_of_unlike_sizes_come_back_in_their_order():
    network = nn.Dense(2, 1, RNG)
    rows = RNG.standard_normal((10, 2)).astype(np.float32)
    minibatches = rows[:1], rows[1:6], rows[6:]
    trusted = Trusted(network)
    for got, batch in zip(nn.together(trusted, *minibatches), minibatches, strict=True):
        np.testing.assert_allclose(got.data, network(batch).data, rtol=1e-5, atol=1e-6)
    assert trusted.calls == 1


def strange(x):
    return x - F.mean(x, axis=0)


class Inherited(nn.Dense):
    def __call__(self, x):
        return super().__call__(x - F.mean(x, axis=0))


@pytest.mark.parametrize(
    "extra",
    [
        nn.BatchNorm(18),
        nn.Dropout(0.5, np.random.default_rng(0)),
        strange,
        functools.partial(strange),
        functools.partial(F.maximum, np.zeros((1, 18))),
        functools.partial(F.maximum, y=np.zeros((1, 18))),
        functools.partial(F.mean, axis=0, keepdims=True),
    ],
    ids=["BatchNorm", "Dropout", "function", "partial", "partial of an array", "of a named one", "reduction"],
)
def test_layers_that_may_look_across_examples_get_each_minibatch_by_itself(extra):
    network = critic(extra)
    trusted = Trusted(network)
    assert len(nn.together(trusted, Tensor(X), Tensor(Y))) == 2
    assert trusted.calls == 2


def test_a_subclass_must_say_so_itself():
    network = Trusted(Inherited(4, 1, RNG))
    rows = RNG.standard_normal((6, 4)).astype(np.float32)
    got = nn.together(network, rows[:4], rows[4:])
    assert network.calls == 2
    np.testing.assert_array_equal(got[1].data, network(rows[4:]).data)


def test_a_network_that_says_nothing_gets_each_by_itself():
    counted = Counted(critic())
    nn.together(counted, X, Y)
    assert counted.calls == 2


def test_examples_of_unlike_shapes_are_not_joined():
    network = nn.Sequential(nn.Reshape(32), nn.Dense(32, 1, RNG))
    one, other = nn.together(network, X, Y.reshape(3, 32))
    assert (one.shape, other.shape) == ((5, 1), (3, 1))


def test_on_every_device(device):
    network = nn.map_leaves(critic(), lambda leaf: Tensor(device.asarray(leaf.data)))
    for got, batch in zip(nn.together(network, device.asarray(X), device.asarray(Y)), (X, Y), strict=True):
        np.testing.assert_allclose(to_host(got.data), to_host(network(device.asarray(batch)).data), rtol=1e-12)
