"""The networks of Metz et al. 2017 for stacked MNIST, in which D is too small to see every mode: with few channels.

Each of three convolutions of stride 2 halves the sides, rounded up: from 28 pixels to 14, 7 and 4. G does the reverse.
"""

import functools
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn

STEPS = 3
leaky_relu = functools.partial(F.leaky_relu, slope=0.3)


def generator(latent: int, shape: tuple[int, ...], rng: np.random.Generator, *, width: int = 8) -> nn.Sequential:
    """G, from z (m, latent) to images of `shape`: 64, 32, 16 and 8 channels, each with batch norm and ReLU.

    width: channels at the full size, and twice as many for each step below it.
    """
    *below, least = _sides(shape)
    channels = width * 2**STEPS
    layers: list[Any] = [nn.Dense(latent, least[0] * least[1] * channels, rng, bias=False, initialize=nn.normal())]
    layers += [nn.Reshape(*least, channels), nn.BatchNorm(channels), F.relu]
    for sides in reversed(below):
        even: Any = tuple(1 - side % 2 for side in sides)  # 4 becomes 7 without it, and 7 becomes 14 with it
        facts: dict[str, Any] = {"stride": 2, "padding": 1, "output_padding": even, "initialize": nn.normal()}
        layers += [nn.ConvTranspose2d(channels, channels // 2, 3, rng, bias=False, **facts)]
        channels //= 2
        layers += [nn.BatchNorm(channels), F.relu]
    image = nn.Conv2d(channels, shape[2], 3, rng, padding=1, initialize=nn.normal())
    return nn.Sequential(*layers, image, F.tanh)


def discriminator(shape: tuple[int, ...], rng: np.random.Generator, *, width: int = 2) -> nn.Sequential:
    """D, from images of `shape` to scores (m, 1): `width`, 2 and 4 times `width` channels, each with batch norm.

    width: 2 makes D a quarter of G, as in the paper's harder setting; 4 makes it half.
    """
    layers: list[Any] = []
    inputs = shape[2]
    for step in range(STEPS):
        outputs = width * 2**step
        layers.append(nn.Conv2d(inputs, outputs, 3, rng, stride=2, padding=1, bias=False, initialize=nn.normal()))
        layers += [nn.BatchNorm(outputs), leaky_relu]
        inputs = outputs
    height, breadth = _sides(shape)[-1]
    size = height * breadth * inputs
    return nn.Sequential(*layers, nn.Reshape(size), nn.Dense(size, 1, rng, initialize=nn.normal()))


def _sides(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """The sides of images of `shape`, and after each step."""
    sides = [(shape[0], shape[1])]
    for _ in range(STEPS):
        sides.append((-(-sides[-1][0] // 2), -(-sides[-1][1] // 2)))
    return sides
