"""Self-attention against the paper's sums over places."""

import numpy as np
import pytest

from tinygan import Tensor, nn, raw
from tinygan.backend import to_host
from tinygan.nn.together import per_example

X = np.random.default_rng(0).standard_normal((2, 2, 3, 16))


def layer(device=None):
    """With gamma away from 0."""
    made, move = nn.SelfAttention(16, np.random.default_rng(1)), np.asarray if device is None else device.asarray
    made.gamma = Tensor(np.float32(0.75).reshape(()))
    return nn.map_leaves(made, lambda leaf: Tensor(move(raw(leaf).astype(np.float64))))


def test_place_by_place(device):
    attention = layer()
    f, g, h, v = (raw(part.weight)[0, 0] for part in (attention.f, attention.g, attention.h, attention.v))
    expected = np.empty((2, 6, 16))
    for n, places in enumerate(X.reshape(2, 6, 16)):
        for j in range(6):
            weights = np.array([np.exp((places[i] @ f) @ (places[j] @ g)) for i in range(6)])
            mixed = sum(weights[i] / weights.sum() * (places[i] @ h) for i in range(6))
            expected[n, j] = places[j] + 0.75 * (mixed @ v)
    got = to_host(raw(layer(device)(device.asarray(X))))
    np.testing.assert_allclose(got, expected.reshape(X.shape), rtol=1e-12)


def test_it_begins_as_the_identity():
    attention = nn.SelfAttention(16, np.random.default_rng(1))
    assert attention.gamma.shape == ()
    np.testing.assert_array_equal(attention(X).data, X)


@pytest.mark.parametrize(("channels", "narrow", "middle"), [(64, 8, 32), (16, 2, 8), (4, 1, 2), (1, 1, 1)])
def test_channels_as_in_the_paper(channels, narrow, middle):
    attention = nn.SelfAttention(channels, np.random.default_rng(1))
    assert attention.f.weight.shape == attention.g.weight.shape == (1, 1, channels, narrow)
    assert attention.h.weight.shape == (1, 1, channels, middle)
    assert attention.v.weight.shape == (1, 1, middle, channels)
    assert nn.count(attention) == 2 * channels * narrow + 2 * channels * middle + 1


def test_images_do_not_look_at_each_other():
    attention = layer()
    assert per_example(attention)
    np.testing.assert_allclose(attention(X[1:]).data, attention(X).data[1:], rtol=1e-12)


def test_it_mixes_places_and_does_not_know_where_they_are():
    """What moves all places moves what they become in the same way."""
    attention, order = layer(), np.random.default_rng(2).permutation(6)
    shuffled = X.reshape(2, 6, 16)[:, order].reshape(X.shape)
    expected = attention(X).data.reshape(2, 6, 16)[:, order]
    np.testing.assert_allclose(attention(shuffled).data.reshape(2, 6, 16), expected, rtol=1e-12)


def test_pooled_it_attends_to_the_largest_of_each_window():
    x = np.random.default_rng(3).standard_normal((1, 4, 4, 16))
    attention = nn.map_leaves(
        nn.SelfAttention(16, np.random.default_rng(1), pool=2), lambda leaf: raw(leaf).astype(np.float64)
    )
    attention.gamma = np.float64(0.5).reshape(())
    f, g, h, v = (part.weight[0, 0] for part in (attention.f, attention.g, attention.h, attention.v))

    def largest(a):
        return np.array([[a[0, i : i + 2, j : j + 2].max(axis=(0, 1)) for j in (0, 2)] for i in (0, 2)]).reshape(4, -1)

    scores = (x.reshape(16, 16) @ g) @ largest(x @ f).T  # (16, 4)
    weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    expected = x.reshape(16, 16) + 0.5 * (weights @ largest(x @ h)) @ v
    np.testing.assert_allclose(attention(x).reshape(16, 16), expected, rtol=1e-12)


def test_each_of_its_convolutions_is_wrapped_and_initialized():
    attention = nn.SelfAttention(16, np.random.default_rng(0), wrap=nn.SpectralNorm, initialize=nn.orthogonal())
    for part in (attention.f, attention.g, attention.h, attention.v):
        assert isinstance(part, nn.SpectralNorm)
        W = raw(part.layer.weight)[0, 0]
        small = W @ W.T if W.shape[0] < W.shape[1] else W.T @ W
        np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-6)
