"""A small DCGAN for images of 28 or 32 pixels: two convolutions and two dense layers in each network."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.errors import SettingError
from tinygan.networks.layers import Layer, Normalization, batch_norm, identity, leaky_relu


def generator(
    latent: int,
    shape: tuple[int, ...],
    rng: np.random.Generator,
    *,
    width: int,
    dense: int = 512,
    std: float = 0.02,
    normalize: Normalization = batch_norm,
) -> nn.Sequential:
    """The generator, from z (m, latent) to images of `shape`: two dense layers, then two transposed convolutions.

    Each convolution doubles height and width.   std: the standard deviation of the initial weights; 0.02 in Radford et
    al. 2016, section 4.   dense: units of the first layer.   width: channels before the last layer.
    """
    height, breadth, channels = quarters(shape)
    init = nn.normal(std)
    double: dict[str, Any] = {"stride": 2, "padding": 1, "initialize": init}  # doubles the sides with 4 x 4 kernels
    return nn.Sequential(
        nn.Dense(latent, dense, rng, bias=False, initialize=init),
        normalize((dense,)),
        F.relu,
        nn.Dense(dense, height * breadth * 2 * width, rng, bias=False, initialize=init),
        nn.Reshape(height, breadth, 2 * width),
        normalize((height, breadth, 2 * width)),
        F.relu,
        nn.ConvTranspose2d(2 * width, width, 4, rng, bias=False, **double),
        normalize((2 * height, 2 * breadth, width)),
        F.relu,
        nn.ConvTranspose2d(width, channels, 4, rng, **double),
        F.tanh,
    )


def discriminator(
    shape: tuple[int, ...],
    outputs: int,
    rng: np.random.Generator,
    *,
    width: int,
    dense: int = 256,
    std: float = 0.02,
    normalize: Normalization | None = batch_norm,
    activation: Layer = leaky_relu,
    wrap: Callable[[Layer], Layer] = identity,
    last: Callable[[int], Layer] | None = None,
) -> nn.Sequential:
    """The discriminator, from images of `shape` to (m, outputs): two convolutions of stride 2, then two dense layers.

    normalize: makes the normalization layer before each activation but the first.   activation: after each layer but
    the last.   wrap: a function of each layer with weights, such as nn.SpectralNorm.   last: makes the last layer from
    the number of its inputs; by default a dense layer to `outputs`, wrapped.
    """
    height, breadth, channels = quarters(shape)
    init, bias = nn.normal(std), normalize is None
    half: dict[str, Any] = {"stride": 2, "padding": 1, "initialize": init}

    def normalized(*shape: int) -> list[Layer]:
        return [normalize(shape)] if normalize else []

    return nn.Sequential(
        wrap(nn.Conv2d(channels, width, 4, rng, **half)),
        activation,
        wrap(nn.Conv2d(width, 2 * width, 4, rng, bias=bias, **half)),
        *normalized(height, breadth, 2 * width),
        activation,
        nn.Reshape(height * breadth * 2 * width),
        wrap(nn.Dense(height * breadth * 2 * width, dense, rng, bias=bias, initialize=init)),
        *normalized(dense),
        activation,
        last(dense) if last else wrap(nn.Dense(dense, outputs, rng, initialize=init)),
    )


def quarters(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """(H / 4, W / 4, C) for images of `shape` (H, W, C). Raises SettingError unless H and W are multiples of 4."""
    if len(shape) != 3 or shape[0] % 4 or shape[1] % 4:
        raise SettingError(
            f"this recipe makes images whose sides are multiples of 4, not examples of shape {shape}; "
            "choose data with such images, digits for example"
        )
    return shape[0] // 4, shape[1] // 4, shape[2]
