"""Minibatch discrimination against the paper's formula, pair by pair."""

import numpy as np
import pytest

from tinygan import Tensor, grad, nn, raw
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

H = np.random.default_rng(0).standard_normal((5, 4))


def layer(device=None):
    made = nn.MinibatchDiscrimination(4, 3, 2, np.random.default_rng(1), initialize=nn.normal(0.5))
    move = np.asarray if device is None else device.asarray
    return nn.map_leaves(made, lambda leaf: Tensor(move(raw(leaf).astype(np.float64))))


def test_pair_by_pair(device):
    T = raw(layer().weight)
    M = np.einsum("ma,abc->mbc", H, T)
    expected = np.zeros((5, 3))
    for i in range(5):
        for j in range(5):  # j = i too
            for b in range(3):
                expected[i, b] += np.exp(-sum(abs(M[i, b, c] - M[j, b, c]) for c in range(2)))
    got = to_host(raw(layer(device)(device.asarray(H))))
    np.testing.assert_array_equal(got[:, :4], H)
    np.testing.assert_allclose(got[:, 4:], expected, rtol=1e-12)


def test_it_sees_a_generator_that_draws_the_same_again_and_again():
    minibatch = nn.frozen(nn.MinibatchDiscrimination(4, 3, 2, np.random.default_rng(1)))
    np.testing.assert_array_equal(minibatch(np.tile(H[:1], (5, 1)))[:, 4:], 5)  # each is at distance 0 of all five
    assert minibatch(H)[:, 4:].mean() < 4


def test_equal_examples_have_finite_gradients_of_0_from_each_other():
    h = Tensor(np.tile(H[:1], (5, 1)))
    closeness = layer()(h)[:, 4:]
    np.testing.assert_array_equal(grad(closeness.sum(), h), np.zeros((5, 4)))


@pytest.mark.parametrize(("inputs", "dimensions"), [(16, 2), (256, 5)])
def test_initial_closeness_is_neither_0_nor_1(inputs, dimensions):
    """The distance begins at 2 / sqrt(pi) on average."""
    rng = np.random.default_rng(0)
    made = nn.MinibatchDiscrimination(inputs, 200, dimensions, rng)
    h = rng.standard_normal((40, inputs))
    M = np.einsum("ma,abc->mbc", h, raw(made.weight))
    distance = abs(M[:, None] - M[None]).sum(axis=-1).mean(axis=-1)  # (40, 40)
    assert distance[~np.eye(40, dtype=bool)].mean() == pytest.approx(2 / np.sqrt(np.pi), rel=0.05)
    closeness = (raw(made(h))[:, inputs:] - 1) / 39
    assert 0.25 < closeness.mean() < 0.55


def test_a_minibatch_is_judged_by_itself():
    rng = np.random.default_rng(1)
    D = nn.Sequential(nn.MinibatchDiscrimination(4, 3, 2, rng), nn.Dense(7, 1, rng))
    real, fake = nn.together(D, H[:3], H[3:])
    np.testing.assert_array_equal(raw(real), raw(D(H[:3])))
    np.testing.assert_array_equal(raw(fake), raw(D(H[3:])))


def test_other_features_are_refused():
    with pytest.raises(ShapeMismatch, match=r"^MinibatchDiscrimination: h is \(5, 3\), but weight expects \(m, 4\)$"):
        layer()(H[:, :3])
