"""An autoencoder is its two halves, which stay within reach."""

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.backend import to_host
from tinygan.nn.together import per_example

RNG = np.random.default_rng(0)
X = RNG.standard_normal((5, 6)).astype(np.float32)


def network():
    return nn.Autoencoder(nn.Sequential(nn.Dense(6, 2, RNG), F.tanh), nn.Dense(2, 6, RNG))


def test_the_decoder_of_the_code(device):
    autoencoder = nn.map_leaves(nn.frozen(network()), device.asarray)
    x = device.asarray(X)
    code = autoencoder.encoder(x)
    assert code.shape == (5, 2)
    np.testing.assert_array_equal(to_host(autoencoder(x)), to_host(autoencoder.decoder(code)))


def test_both_halves_are_branches():
    assert list(nn.parameters(network())) == [
        "encoder.layers.0.weight",
        "encoder.layers.0.bias",
        "decoder.weight",
        "decoder.bias",
    ]


def test_one_pass_serves_several_minibatches_unless_a_half_looks_across_examples():
    assert per_example(network())
    assert not per_example(nn.Autoencoder(nn.Dense(6, 2, RNG), nn.Sequential(nn.BatchNorm(2), nn.Dense(2, 6, RNG))))


def test_summary():
    assert nn.summary(network()).splitlines() == [
        "layer  output  parameters",
        "Dense  (1, 2)          14",
        "tanh   (1, 2)           0",
        "Dense  (1, 6)          18",
        "total                  32",
    ]
