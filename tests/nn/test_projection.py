"""The projection against the paper's sums, and against the log-ratio that it is made for."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan import functional as F
from tinygan.backend import to_host
from tinygan.errors import SettingError
from tinygan.nn import Labelled
from tinygan.nn.together import per_example

RNG = np.random.default_rng(0)
H = RNG.standard_normal((4, 3))
Y = np.array([2, 0, 2, 1])


def layer(device=None):
    """A projection of 3 features and 3 classes with random float64 parameters."""
    numbers = np.random.default_rng(5)
    asarray = np.asarray if device is None else device.asarray
    projection = nn.Projection(3, 3, np.random.default_rng(1))
    return nn.map_leaves(projection, lambda leaf: Tensor(asarray(numbers.standard_normal(leaf.shape))))


def test_each_score_is_the_papers_sum(device):
    w, b, V = (raw(layer().linear.weight), raw(layer().linear.bias), raw(layer().embed.weight))
    expected = [[sum(w[i, 0] * h[i] + V[y, i] * h[i] for i in range(3)) + b[0]] for h, y in zip(H, Y, strict=True)]
    got = layer(device)(device.asarray(H), device.asarray(Y))
    np.testing.assert_allclose(to_host(raw(got)), expected, rtol=1e-12)


def test_the_log_ratio_of_two_softmaxes_is_a_projection():
    """log q(x, y) / p(x, y) where q(y|x) and p(y|x) are softmaxes of linear functions of x; section 3 of the paper.

    What depends on x alone is the dense layer's part: here 0 for q(x) = p(x) and equal normalizers.
    """
    Vq, Vp = RNG.standard_normal((2, 3, 3))
    difference = raw(F.log_softmax(H @ Vq.T) - F.log_softmax(H @ Vp.T))
    normalizers = raw(F.logsumexp(H @ Vq.T, axis=1) - F.logsumexp(H @ Vp.T, axis=1))
    projection = nn.updated(
        layer(), {"embed.weight": Vq - Vp, "linear.weight": np.zeros((3, 1)), "linear.bias": np.zeros(1)}
    )
    expected = difference[np.arange(4), Y] + normalizers
    np.testing.assert_allclose(raw(projection(H, Y))[:, 0], expected, rtol=1e-10)


def test_a_class_learns_from_its_own_examples():
    projection = layer()
    gradient = grad(F.sum(projection(H, Y)), projection.embed.weight)
    np.testing.assert_allclose(gradient, [H[1], H[3], H[0] + H[2]], rtol=1e-12)


def test_it_begins_with_glorots_weights_or_the_given_ones():
    projection = nn.Projection(10, 50, np.random.default_rng(0))
    assert (projection.linear.weight.shape, projection.embed.weight.shape) == ((50, 1), (10, 50))
    assert abs(raw(projection.embed.weight)).max() <= np.sqrt(6 / 60)
    small = nn.Projection(10, 50, np.random.default_rng(0), initialize=nn.normal(1e-3))
    assert abs(raw(small.embed.weight)).max() < 0.01
    assert abs(raw(small.linear.weight)).max() < 0.01


def test_both_parts_can_be_wrapped():
    projection = nn.Projection(10, 50, np.random.default_rng(0), wrap=nn.SpectralNorm)
    largest = [np.linalg.svd(raw(part.layer.weight))[1].max() for part in (projection.linear, projection.embed)]
    h = np.eye(50, dtype=np.float32)
    for y in range(10):
        weight = raw(projection.linear.layer.weight)[:, 0] / largest[0]
        expected = weight + raw(projection.embed.layer.weight)[y] / largest[1]
        np.testing.assert_allclose(raw(projection(h, np.full(50, y)))[:, 0], expected, rtol=1e-3, atol=1e-4)


def test_a_network_takes_it_as_its_last_layer():
    D = nn.PassLabels(nn.Sequential(nn.Dense(2, 3, RNG), F.relu, nn.Projection(3, 3, RNG)))
    assert per_example(D)
    x = RNG.standard_normal((4, 2)).astype(np.float32)
    h = F.relu(D.network[0](x))
    np.testing.assert_array_equal(raw(D(Labelled(x, Y))), raw(D.network[2](h, Y)))
    for whole, alone in zip(
        nn.together(D, Labelled(x, Y), Labelled(x, Y[::-1])),
        (D(Labelled(x, Y)), D(Labelled(x, Y[::-1]))),
        strict=True,
    ):
        np.testing.assert_allclose(raw(whole), raw(alone), rtol=1e-6)


def test_it_needs_labels():
    with pytest.raises(SettingError, match=r"^Projection: it is called with labels, as layer\(h, y\)$"):
        layer()(H)
