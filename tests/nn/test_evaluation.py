"""The form of a module at evaluation: layers that draw random numbers in training draw none."""

import numpy as np
import pytest

from tinygan import nn
from tinygan.errors import SettingError

X = np.ones((64, 2), np.float32)


class Noisy(nn.Layer):
    """x + noise in training, and x at evaluation."""

    def __init__(self, rng, std=1.0):
        self.rng, self.std = rng, std

    def __call__(self, x):
        return x + np.float32(self.std) * self.rng.standard_normal(x.shape, dtype=np.float32)

    def evaluated(self):
        return nn.replaced(self, std=0.0)


class Undeclared(Noisy):
    """The same layer without a form at evaluation."""

    evaluated = nn.Layer.evaluated


def rng():
    return np.random.default_rng(0)


def test_dropout_is_the_identity_and_draws_nothing():
    layer = nn.Dropout(0.5, rng())
    np.testing.assert_array_equal(nn.evaluated(layer)(X), X)
    assert layer.rng.bit_generator.state == rng().bit_generator.state
    assert (layer(X) != X).any()  # the layer of training is unchanged


def test_dropout_in_samples_draws_from_a_copy_of_its_generator():
    """The masks of a sample are those that training would draw next; training still draws them."""
    layer = nn.Dropout(0.5, rng(), in_samples=True)
    sampled = nn.evaluated(layer)
    first, second = sampled(X), sampled(X)
    assert set(np.unique(first)) == {0, 2}
    assert (first != second).any()  # two parts of one set of samples
    assert layer.rng.bit_generator.state == rng().bit_generator.state
    np.testing.assert_array_equal(nn.evaluated(layer)(X), first)  # two sets of samples of one state
    np.testing.assert_array_equal(layer(X), first)
    assert (nn.evaluated(layer)(X) != first).any()  # of the next state
    with pytest.raises(SettingError, match=r"^Dropout: rng is expected"):
        nn.Dropout(0.5, in_samples=True)


def test_a_layer_declares_its_form_at_any_depth():
    net = nn.Sequential(nn.Dense(2, 2, rng()), nn.Packed(nn.Sequential(Noisy(rng())), 2), nn.KeepLabels(Noisy(rng())))
    standing = nn.evaluated(net)
    assert [standing.layers[1].D.layers[0].std, standing.layers[2].network.std] == [0, 0]
    assert standing.layers[0] is net.layers[0]
    assert net.layers[2].network.std == 1


def test_without_a_declaration_a_layer_draws_as_in_training():
    layer = Undeclared(rng())
    assert nn.evaluated(layer) is layer


@pytest.mark.parametrize("module", [nn.Sequential(nn.Dense(2, 2, rng()), nn.BatchNorm(2)), np.abs, None])
def test_a_module_without_noise_is_returned_itself(module):
    assert nn.evaluated(module) is module


def test_a_shared_layer_stays_shared():
    dropout, dense = nn.Dropout(0.5, rng()), nn.Dense(2, 2, rng())
    layers = nn.evaluated(nn.Sequential(dense, dropout, dense, dropout)).layers
    assert layers[1] is layers[3] is not dropout
    assert layers[0] is layers[2] is dense


def test_standing_statistics_are_those_at_evaluation():
    layers = nn.Dense(2, 3, rng()), nn.Dropout(0.5, rng()), nn.BatchNorm(3)
    standing = nn.with_statistics(nn.Sequential(*layers), X)
    assert layers[1].rng.bit_generator.state == rng().bit_generator.state
    without = nn.with_statistics(nn.Sequential(layers[0], layers[2]), X)
    np.testing.assert_array_equal(standing.layers[2].mean, without.layers[1].mean)
    np.testing.assert_array_equal(nn.frozen(standing)(X[:3]), nn.frozen(without)(X[:3]))
