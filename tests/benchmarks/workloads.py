"""The workloads: what one iteration of Algorithm 1 works on, with the same initial weights on both sides."""

import functools
from typing import Any, NamedTuple

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.nn import BatchNorm, Conv2d, ConvTranspose2d, Dense, Reshape, Sequential

LEAKY_RELU = functools.partial(F.leaky_relu, slope=0.2)


class Workload(NamedTuple):
    """Two networks, the size of z, the shape of x, and the minibatch."""

    G: Any
    D: Any
    latent: int
    shape: tuple[int, ...]
    m: int


def ring() -> Workload:
    rng = np.random.default_rng(0)
    G = Sequential(Dense(16, 128, rng), F.relu, Dense(128, 128, rng), F.relu, Dense(128, 2, rng))
    D = Sequential(Dense(2, 128, rng), LEAKY_RELU, Dense(128, 128, rng), LEAKY_RELU, Dense(128, 1, rng))
    return Workload(G, D, 16, (2,), 256)


def mlp() -> Workload:
    rng = np.random.default_rng(0)
    G = Sequential(Dense(100, 512, rng), LEAKY_RELU, Dense(512, 512, rng), LEAKY_RELU, Dense(512, 784, rng), F.tanh)
    D = Sequential(Dense(784, 512, rng), LEAKY_RELU, Dense(512, 512, rng), LEAKY_RELU, Dense(512, 1, rng))
    return Workload(G, D, 100, (784,), 100)


def dcgan_28() -> Workload:
    rng = np.random.default_rng(0)
    init, half = nn.normal(0.02), {"stride": 2, "padding": 1}
    G = Sequential(
        Dense(100, 7 * 7 * 128, rng, bias=False, initialize=init),
        Reshape(7, 7, 128),
        BatchNorm(128),
        F.relu,
        ConvTranspose2d(128, 64, 4, rng, bias=False, initialize=init, **half),
        BatchNorm(64),
        F.relu,
        ConvTranspose2d(64, 1, 4, rng, initialize=init, **half),
        F.tanh,
    )
    D = Sequential(
        Conv2d(1, 64, 4, rng, initialize=init, **half),
        LEAKY_RELU,
        Conv2d(64, 128, 4, rng, bias=False, initialize=init, **half),
        BatchNorm(128),
        LEAKY_RELU,
        Reshape(7 * 7 * 128),
        Dense(7 * 7 * 128, 1, rng, initialize=init),
    )
    return Workload(G, D, 100, (28, 28, 1), 64)


WORKLOADS = {"ring": ring, "mlp": mlp, "dcgan-28": dcgan_28}
