"""Standing statistics: a sample then depends on its own z alone, and on the noise they come from nothing changes."""

import numpy as np
import pytest

from tinygan import Tensor, nn, raw
from tinygan import functional as F
from tinygan.backend import namespace, to_host

NOISE = np.random.default_rng(1).standard_normal((64, 3)).astype(np.float32)


def generator(device=None):
    rng = np.random.default_rng(0)
    net = nn.Sequential(
        nn.Dense(3, 12, rng),
        nn.Reshape(2, 2, 3),
        nn.BatchNorm(3),
        F.relu,
        nn.Sequential(nn.ConvTranspose2d(3, 2, 4, rng, stride=2, padding=1), nn.BatchNorm(2, epsilon=0.01)),
        F.tanh,
    )
    numbers = np.random.default_rng(2)

    def random(leaf):
        values = (raw(leaf) + numbers.standard_normal(leaf.shape)).astype(np.float32)
        return Tensor(values if device is None else device.asarray(values))

    return nn.map_leaves(net, random)


def test_on_the_same_noise_nothing_changes(device):
    G, z = generator(device), device.asarray(NOISE)
    standing = nn.with_statistics(G, z)
    np.testing.assert_allclose(to_host(raw(standing(z))), to_host(raw(G(z))), rtol=1e-4, atol=1e-5)


def test_a_sample_does_not_depend_on_its_neighbours():
    G = nn.frozen(generator())
    standing = nn.with_statistics(G, NOISE)
    z = np.random.default_rng(3).standard_normal((5, 3)).astype(np.float32)
    together = standing(z)
    for i in range(5):
        np.testing.assert_allclose(standing(z[i : i + 1])[0], together[i], rtol=1e-5, atol=1e-6)
    assert np.abs(G(z[:2])[0] - G(z)[0]).max() > 1e-2  # the minibatch's statistics, which do


def test_the_statistics_are_those_of_the_layers_inputs():
    G = nn.frozen(generator())
    standing = nn.with_statistics(G, NOISE)
    images = G.layers[1](G.layers[0](NOISE)).astype(np.float64).reshape(-1, 3)
    np.testing.assert_allclose(standing.layers[2].mean, images.mean(axis=0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(standing.layers[2].variance, images.var(axis=0), rtol=1e-4)
    deeper = G.layers[4].layers[0](F.relu(G.layers[2](G.layers[1](G.layers[0](NOISE))))).reshape(-1, 2)
    np.testing.assert_allclose(standing.layers[4].layers[1].variance, deeper.var(axis=0), rtol=1e-4)


def test_the_module_it_was_given_stays_as_it_was():
    G = generator()
    before = {path: raw(leaf).copy() for path, leaf in nn.named_leaves(G)}
    standing = nn.with_statistics(G, NOISE)
    assert G.layers[2].mean is None
    assert G.layers[2].variance is None
    assert dict(nn.named_leaves(G)).keys() == before.keys()
    for path, leaf in nn.named_leaves(G):
        np.testing.assert_array_equal(raw(leaf), before[path])
    assert standing.layers[0] is G.layers[0]
    assert standing.layers[2].scale is G.layers[2].scale
    assert standing.layers[4].layers[1].epsilon == 0.01


def test_statistics_are_raw_state_with_paths(device):
    standing = nn.with_statistics(generator(device), device.asarray(NOISE))
    paths = dict(nn.named_leaves(standing))
    for name in ("layers.2.mean", "layers.2.variance", "layers.4.layers.1.mean"):
        assert namespace(paths[name]) is device.module
        assert paths[name].dtype == np.float32
        assert name not in nn.parameters(standing)


def test_statistics_that_stand_already_are_kept():
    standing = nn.with_statistics(generator(), NOISE)
    again = nn.with_statistics(standing, NOISE[:8] + 5)
    assert again.layers[2].mean is standing.layers[2].mean


def test_a_batch_norm_alone_and_a_module_without_one():
    layer = nn.BatchNorm(3)
    standing = nn.with_statistics(layer, NOISE)
    np.testing.assert_allclose(standing.mean, NOISE.mean(axis=0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(standing.variance, NOISE.var(axis=0), rtol=1e-5)  # biased, as the layer normalizes
    dense = nn.Dense(3, 1, np.random.default_rng(0))
    assert nn.with_statistics(dense, NOISE) is dense


def test_a_standing_layer_by_hand():
    layer = nn.BatchNorm(1, epsilon=1.0)
    layer.mean, layer.variance = np.array([2.0]), np.array([3.0])
    layer.scale, layer.shift = Tensor(np.array([4.0])), Tensor(np.array([5.0]))
    assert float(layer(np.array([[8.0]])).data[0, 0]) == pytest.approx((8 - 2) / 2 * 4 + 5)  # sqrt(3 + 1) = 2


# Batch norms with a condition.


class Conditional:
    """A generator of a module's own kind: its batch norms see the condition."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.dense, self.first = nn.Dense(3, 12, rng), nn.ConditionalBatchNorm(3, 4, rng, epsilon=0.01)
        self.conv, self.second = nn.Conv2d(3, 2, 2, rng), nn.ConditionalBatchNorm(2, 4, rng)

    def __call__(self, z, condition):
        x = self.first(F.reshape(self.dense(z), shape=(-1, 2, 2, 3)), condition)
        return self.second(self.conv(F.relu(x)), condition)


CONDITION = np.eye(4, dtype=np.float32)[np.arange(64) % 4]


def conditional(device):
    numbers = np.random.default_rng(2)

    def random(leaf):
        return Tensor(device.asarray((raw(leaf) + numbers.standard_normal(leaf.shape)).astype(np.float32)))

    return nn.map_leaves(Conditional(), random)


def test_conditional_statistics_stand_too(device):
    G, z, y = conditional(device), device.asarray(NOISE), device.asarray(CONDITION)
    standing = nn.with_statistics(G, z, y)
    assert {path for path, _ in nn.named_leaves(standing)} - {path for path, _ in nn.named_leaves(G)} == {
        "first.mean",
        "first.variance",
        "second.mean",
        "second.variance",
    }
    np.testing.assert_allclose(to_host(raw(standing(z, y))), to_host(raw(G(z, y))), rtol=1e-3, atol=1e-4)
    one = to_host(raw(standing(z[3:4], y[3:4])))
    np.testing.assert_allclose(one[0], to_host(raw(standing(z, y)))[3], rtol=1e-4, atol=1e-5)
    assert G.first.mean is None


def test_a_conditional_standing_layer_by_hand():
    layer = nn.ConditionalBatchNorm(1, 1, np.random.default_rng(0), epsilon=1.0)
    layer.mean, layer.variance = np.array([2.0]), np.array([3.0])
    layer.scale.weight, layer.shift.weight = Tensor(np.array([[1.5]])), Tensor(np.array([[2.5]]))
    out = layer(np.array([[8.0]]), np.array([[2.0]]))
    assert float(out.data[0, 0]) == pytest.approx((8 - 2) / 2 * (1 + 2 * 1.5) + 2 * 2.5)


def test_a_layer_in_two_places_has_the_statistics_of_both():
    """By hand: 0, 2, 10 and 20 have mean 8 and mean square 126."""
    norm = nn.BatchNorm(1)
    double = nn.Sequential(norm, lambda _: np.array([[10.0], [20.0]], np.float32), norm)
    standing = nn.with_statistics(double, np.array([[0.0], [2.0]], np.float32))
    assert standing.layers[0] is standing.layers[2]
    assert standing.layers[0].mean == pytest.approx([8])
    assert standing.layers[0].variance == pytest.approx([126 - 64])


def test_a_condition_reaches_the_norms_of_a_sequential():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Dense(2, 3, rng), nn.ConditionalBatchNorm(3, 2, rng))
    x, condition = rng.standard_normal((6, 2)).astype(np.float32), np.eye(2, dtype=np.float32)[[0, 1, 0, 1, 0, 1]]
    settled = nn.frozen(nn.with_statistics(net, x, condition))
    np.testing.assert_allclose(settled(x, condition), nn.frozen(net)(x, condition), atol=1e-5)
    np.testing.assert_allclose(settled(x[:1], condition[:1]), settled(x, condition)[:1], atol=1e-6)
