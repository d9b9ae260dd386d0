"""The residual generator of CycleGAN: a quarter of the size, residual blocks there, and back."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.errors import SettingError
from tinygan.networks.dcgan import quarters
from tinygan.networks.layers import ByChannels, Layer
from tinygan.networks.residual import reflecting_block


def residual_generator(
    shape: tuple[int, ...],
    outputs: int,
    rng: np.random.Generator,
    *,
    width: int,
    blocks: int,
    normalize: ByChannels | None = nn.InstanceNorm,
    std: float = 0.02,
) -> nn.Sequential:
    """From images of `shape` to images (m, H, W, outputs) in (-1, 1); Zhu et al. 2017, appendix 7.2.

    For a width of 64: c7s1-64, d128, d256, R256 for each block, u128, u64, c7s1-3. The paper has 6 blocks for sides of
    128, and 9 from 256 on. Convolutions of stride 1 reflect the image at its borders, so that there is no dark frame;
    those of stride 2 pad zeros, as in the authors' code.
    width: channels at the full size; twice and four times as many inside.   blocks: at a quarter of the size.
    normalize: makes the normalization layer of so many channels.   std: of the initial weights.
    Raises SettingError unless the sides are multiples of 4, from 8 on.
    """
    *quarter, inputs = quarters(shape)
    if min(quarter) < 2:
        raise SettingError(f"images are expected to have sides of at least 8, not examples of shape {shape}")
    made: dict[str, Any] = {"initialize": nn.normal(std), "bias": not normalize}
    half: dict[str, Any] = {"stride": 2, "padding": 1, **made}

    def normalized(layer: Layer, channels: int) -> list[Layer]:
        return [layer, normalize(channels), F.relu] if normalize else [layer, F.relu]

    def down(channels: int) -> list[Layer]:
        return normalized(nn.Conv2d(channels, 2 * channels, 3, rng, **half), 2 * channels)

    def up(channels: int) -> list[Layer]:
        return normalized(nn.ConvTranspose2d(2 * channels, channels, 3, rng, output_padding=1, **half), channels)

    first = nn.Conv2d(inputs, width, 7, rng, padding=3, reflect=True, **made)
    layers = [*normalized(first, width), *down(width), *down(2 * width)]
    layers += [reflecting_block(4 * width, rng, normalize=normalize, std=std) for _ in range(blocks)]
    layers += [*up(2 * width), *up(width)]
    last = nn.Conv2d(width, outputs, 7, rng, padding=3, reflect=True, initialize=nn.normal(std))
    return nn.Sequential(*layers, last, F.tanh)
