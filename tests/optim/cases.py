"""The rules that the tests of update rules and of the optimizer go through, and a small network."""

import numpy as np
import pytest

from tinygan import Tensor, nn, optim, raw
from tinygan import functional as F
from tinygan.backend import to_host

RULES = [
    optim.sgd(0.1),
    optim.momentum(0.1, decay=0.8),
    optim.nesterov(0.1, decay=0.8),
    optim.rmsprop(0.1, decay=0.9),
    optim.adam(0.1, beta1=0.5, beta2=0.9),
    optim.adamw(0.1, decay=0.2),
    optim.adam(0.1, beta1=0.5, epsilon=1e-3, in_root=True),
    optim.clipped(optim.rmsprop(0.1), 0.5),
    optim.weight_decay(optim.momentum(0.1), 0.3),
]
everyone = pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)


def network(device=None, features=3):
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Dense(2, features, rng), F.tanh, nn.BatchNorm(features), nn.Dense(features, 1, rng))
    return net if device is None else nn.map_leaves(net, lambda leaf: Tensor(device.asarray(raw(leaf))))


def loss_of(net, device=None, seed=0):
    x = np.random.default_rng(seed).standard_normal((8, 2)).astype(np.float32)
    return F.mean(F.softplus(net(x if device is None else device.asarray(x))))


def same(module, other, rtol=0.0):
    assert nn.parameters(module).keys() == nn.parameters(other).keys()
    for path, leaf in nn.parameters(module).items():
        np.testing.assert_allclose(to_host(leaf.data), to_host(nn.parameters(other)[path].data), rtol=rtol, atol=rtol)
