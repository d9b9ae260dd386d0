"""The networks of R3GAN, small, for images whose sides are multiples of 4: residual blocks without normalization."""

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.networks.dcgan import quarters
from tinygan.networks.layers import leaky_relu
from tinygan.networks.residual import bottleneck

STAGES = 2  # in each network: a quarter of the sides, and half


def generator(
    latent: int, shape: tuple[int, ...], rng: np.random.Generator, *, width: int, blocks: int, dense: int
) -> nn.Sequential:
    """G, from z (m, latent) to images of `shape`: at a quarter of the sides and at half residual blocks, and then the
    image by one transposed convolution.

    width: channels at half the sides, and twice as many before.   blocks: at each of the two sizes.   dense: units of a
    first layer, which the paper's networks do not have (docs/stacked_mnist.md).
    """
    height, breadth, channels = quarters(shape)
    return nn.Sequential(
        nn.Dense(latent, dense, rng, initialize=nn.he(0.2)),
        leaky_relu,
        nn.Dense(dense, height * breadth * 2 * width, rng, initialize=nn.he(1.0)),
        nn.Reshape(height, breadth, 2 * width),
        *(bottleneck(2 * width, 2 * width, STAGES * blocks, rng) for _ in range(blocks)),
        nn.Conv2d(2 * width, width, 1, rng, bias=False, initialize=nn.he(1.0)),  # linear: the gain is 1
        nn.Upsample(),
        *(bottleneck(width, width, STAGES * blocks, rng) for _ in range(blocks)),
        nn.ConvTranspose2d(width, channels, 4, rng, stride=2, padding=1, initialize=nn.glorot()),
        F.tanh,
    )


def discriminator(
    shape: tuple[int, ...], rng: np.random.Generator, *, width: int, blocks: int, dense: int
) -> nn.Sequential:
    """D, from images of `shape` to scores (m, 1): the layers of G in reverse. Settings as in `generator`."""
    height, breadth, channels = quarters(shape)
    return nn.Sequential(
        nn.Conv2d(channels, width, 4, rng, stride=2, padding=1, initialize=nn.he(1.0)),
        *(bottleneck(width, width, STAGES * blocks, rng) for _ in range(blocks)),
        nn.Downsample(),
        nn.Conv2d(width, 2 * width, 1, rng, bias=False, initialize=nn.he(1.0)),
        *(bottleneck(2 * width, 2 * width, STAGES * blocks, rng) for _ in range(blocks)),
        nn.Reshape(height * breadth * 2 * width),
        nn.Dense(height * breadth * 2 * width, dense, rng, initialize=nn.he(0.2)),
        leaky_relu,
        nn.Dense(dense, 1, rng),
    )
