"""The moving average of a module's parameters."""

import numpy as np
import pytest

from tinygan import Tensor, nn, raw
from tinygan.backend import namespace, to_host
from tinygan.nn.average import unbiased, warm


def moved(device, seed):
    layer = nn.Dense(3, 2, np.random.default_rng(seed))
    return nn.map_leaves(layer, lambda leaf: Tensor(device.asarray(raw(leaf) + seed)))


def test_leaf_by_leaf(device):
    average, module = nn.frozen(moved(device, 1)), moved(device, 2)
    new = nn.averaged(average, module, 0.9)
    for path, leaf in nn.named_leaves(new):
        old, now = dict(nn.named_leaves(average))[path], dict(nn.named_leaves(module))[path]
        assert namespace(leaf) is device.module
        assert leaf.dtype == np.float32
        np.testing.assert_allclose(to_host(leaf), 0.9 * to_host(old) + 0.1 * to_host(raw(now)), rtol=1e-6)
    assert nn.parameters(new) == {}


def test_the_ends_of_decay(device):
    average, module = nn.frozen(moved(device, 1)), moved(device, 2)
    np.testing.assert_array_equal(to_host(nn.averaged(average, module, 0.0).weight), to_host(raw(module.weight)))
    np.testing.assert_array_equal(to_host(nn.averaged(average, module, 1.0).weight), to_host(average.weight))


def test_a_constant_module_is_approached_geometrically(device):
    average, module = nn.frozen(moved(device, 1)), moved(device, 2)
    gap = to_host(average.weight) - to_host(raw(module.weight))
    for _ in range(5):
        average = nn.averaged(average, module, 0.5)
    np.testing.assert_allclose(to_host(average.weight) - to_host(raw(module.weight)), gap / 32, rtol=1e-3, atol=1e-6)


def test_a_single_number_stays_a_leaf():
    """Such as the gamma of self-attention: NumPy makes a scalar of a computed () array."""
    attention = nn.SelfAttention(8, np.random.default_rng(0))
    later = nn.updated(attention, {"gamma": np.float32(0.5).reshape(())})
    average = nn.averaged(nn.frozen(attention), later, 0.75)
    assert dict(nn.named_leaves(average)).keys() == dict(nn.named_leaves(attention)).keys()
    assert float(average.gamma) == 0.125


def test_an_unbiased_average_is_a_weighted_mean_of_all_modules(device):
    modules = [moved(device, seed) for seed in range(1, 7)]
    average = nn.frozen(moved(device, 9))  # of which nothing remains
    for t, module in enumerate(modules, 1):
        average = nn.averaged(average, module, unbiased(0.7, t))
    weights = 0.7 ** np.arange(6)[::-1]
    expected = sum(w * to_host(raw(module.weight)) for w, module in zip(weights, modules, strict=True)) / sum(weights)
    np.testing.assert_allclose(to_host(average.weight), expected, rtol=1e-5)


def test_after_a_warm_start_the_first_modules_are_soon_forgotten():
    weights = np.zeros(41)
    for t in range(1, 41):
        decay = warm(0.999, t)
        weights *= decay
        weights[t] = 1 - decay
    i = np.arange(1, 41)
    np.testing.assert_allclose(weights[30:], (10 * i**9.0 / 40**10.0)[29:], rtol=0.25)
    assert weights[:10].sum() < 1e-3
    assert weights.sum() == pytest.approx(1, abs=1e-8)
    assert [warm(0.9, t) for t in (1, 89, 90, 91)] == [1 / 11, 89 / 99, 0.9, 0.9]
