"""The perceptrons of Salimans et al. 2016, stage by stage against the formulas of the released code, in float64."""

import numpy as np
import pytest

from tinygan import nn
from tinygan.autograd import raw
from tinygan.networks import semi_supervised
from tinygan.nn import Labelled, Semi
from tinygan.recipes import find

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (500, 4, 4, 1))
HIDDEN = (12, 8, 6, 6, 6)


def double(network):
    return nn.map_leaves(nn.frozen(network), lambda leaf: leaf.astype(np.float64))


def close(found, expected):
    np.testing.assert_allclose(raw(found), expected, rtol=1e-9, atol=1e-11)


def noise(layer):
    return np.random.default_rng(layer)


def with_known_noise(D):
    """D whose layers of noise, in this order, add the numbers of `noise` from now on."""
    for i, layer in enumerate(layer for layer in D.layers if isinstance(layer, nn.GaussianNoise)):
        layer.rng = noise(i)
    return D


@pytest.fixture
def D():
    """D as it begins, before the data-dependent initialization, with known noise."""
    made = semi_supervised.classifier((4, 4, 1), 3, HIDDEN, np.random.default_rng(1), input_noise=0.3, noise=0.5)
    return with_known_noise(double(made))


def weights(D):
    """(v, s, b) of each layer of D with weights: its directions, scales and biases."""
    normed = [layer for layer in D.layers if isinstance(layer, nn.WeightNorm)]
    return [(raw(w.layer.weight), raw(w.fixed if w.scale is None else w.scale), raw(w.layer.bias)) for w in normed]


def noisy(h, layer, std):
    return h + std * noise(layer).standard_normal(h.shape)


def forward(layers, x):
    """What the released D computes: (its input with noise, the units of each hidden layer without noise, the logits).

    layers: (v, s, b) of each.   x: images in [-1, 1].
    """
    entered, units = noisy((x.reshape(len(x), -1) + 1) / 2, 0, 0.3), []
    h = entered
    *hidden, (v, s, b) = layers
    for i, (theta, scale, bias) in enumerate(hidden, 1):
        units.append(np.maximum(h @ (theta * scale / np.sqrt((theta**2).sum(axis=0))) + bias, 0))
        h = noisy(units[-1], i, 0.5)
    return entered, units, h @ (v * s / np.sqrt((v**2).sum(axis=0))) + b


def begun(layers, x):
    """`layers` with scales 1 / std and biases -mean / std of what enters each ReLU for the images x, one by one."""
    h, found = noisy((x.reshape(len(x), -1) + 1) / 2, 0, 0.3), []
    for i, (v, _, _) in enumerate(layers, 1):
        t = h @ (v / np.sqrt((v**2).sum(axis=0)))
        mean, std = t.mean(axis=0), t.std(axis=0)
        found.append((v, 1 / std, -mean / std))
        h = noisy(np.maximum((t - mean) / std, 0), i, 0.5)
    return found


def test_d_computes_the_released_formulas(D):
    D = with_known_noise(nn.initialized(D, X))  # so that scales are not 1 and biases not 0
    x = X[:7]
    entered, units, logits = forward(weights(D), x)
    h = D[:3](x)
    close(h, entered)
    for i, unit in enumerate(units):
        weighted, relu, with_noise = D.layers[3 + 3 * i : 6 + 3 * i]
        close(relu(weighted(h)), unit)
        h = with_noise(unit)
        close(h, noisy(unit, i + 1, 0.5))
    close(D.layers[-1](h), logits)
    close(with_known_noise(D)(x), logits)


def test_g_matches_the_units_of_ds_last_hidden_layer_before_its_noise(D):
    D = with_known_noise(nn.initialized(D, X))
    real, fake = X[:5], X[5:10]
    _, units, _ = forward(weights(D), np.concatenate([real, fake]))
    difference = units[-1][:5].mean(axis=0) - units[-1][5:].mean(axis=0)
    x = Semi(Labelled(X[10:15], np.zeros(5, np.int64)), real)
    loss = find("sgan").objective(None).g_loss(D, lambda z: z, x, fake)
    close(loss, np.mean(difference**2))


def test_d_begins_with_directions_from_a_normal_distribution():
    """N(0, 0.1), each direction with a scale of 1 and a bias of 0; the last layer's, too."""
    made = semi_supervised.classifier((40, 40, 1), 50, (200, 200), np.random.default_rng(2), input_noise=0.3, noise=0.5)
    for v, s, b in weights(made):
        assert abs(v.mean()) < 0.5 / v.size**0.5
        assert v.std() == pytest.approx(0.1, rel=4 / (2 * v.size) ** 0.5)
        assert np.mean((v / v.std()) ** 4) == pytest.approx(3, abs=4 * (24 / v.size) ** 0.5)
        np.testing.assert_array_equal(s, 1)
        np.testing.assert_array_equal(b, 0)


def test_each_layer_gets_the_scales_and_biases_of_its_units_on_examples(D):
    """Units of mean 0 and variance 1 before the ReLU, from what the layers before it make once they have theirs."""
    expected = begun(weights(D), X)
    for found, layer in zip(weights(nn.initialized(D, X)), expected, strict=True):
        for array, right in zip(found, layer, strict=True):
            close(array, right)


def test_g_computes_the_released_formulas():
    """Softplus after batch norm without scale, in [0, 1] a sigmoid of a layer with weight norm, in [-1, 1] outside."""
    G = double(semi_supervised.generator(5, (4, 4, 1), (8, 9), np.random.default_rng(3)))
    rng = np.random.default_rng(4)
    G = nn.map_leaves(G, lambda leaf: leaf + 0.1 * rng.standard_normal(leaf.shape))  # no shift is 0, no scale is 1
    h = z = rng.random((6, 5))
    for i in (0, 3):
        dense, norm, softplus = G.layers[i : i + 3]
        t = h @ raw(dense.weight)
        t = (t - t.mean(axis=0)) / np.sqrt(t.var(axis=0) + 1e-6) + raw(norm.shift)
        close(softplus(norm(dense(h))), np.log1p(np.exp(t)))
        h = np.log1p(np.exp(t))
    last = G.layers[6]
    v = raw(last.layer.weight)
    t = h @ (v * raw(last.scale) / np.sqrt((v**2).sum(axis=0))) + raw(last.layer.bias)
    close(G(z), (2 / (1 + np.exp(-t)) - 1).reshape(6, 4, 4, 1))
