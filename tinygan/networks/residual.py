"""Residual blocks, with or without normalization, that keep, double or halve the sides of images.

`up_block` and `down_block` are those of BigGAN; `bottleneck` is that of R3GAN, which has no normalization;
`reflecting_block` is that of CycleGAN.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import Array
from tinygan.networks.layers import ByChannels, Layer, identity, leaky_relu
from tinygan.nn.initialize import Initializer
from tinygan.nn.sequential import takes_condition


class Residual(nn.Layer):
    """main(x) + shortcut(x); He et al. 2016, eq. (1). A condition is passed to `main` if that takes one.

    shortcut: the identity, or a linear map where the shapes of x and main(x) differ.
    """

    per_example = True

    def __init__(self, main: Callable, shortcut: Callable | None = None):
        self.main, self.shortcut = main, shortcut

    def __call__(self, x: Array, *condition: Array) -> Array:
        y = self.main(x, *condition)
        return y + (x if self.shortcut is None else self.shortcut(x))

    @property
    def conditional(self) -> bool:  # type: ignore[override]
        return takes_condition(self.main)

    def branches(self, x: Any) -> list[tuple[Any, Any]]:
        return [(self.main, x), (self.shortcut, x)]


def up_block(
    inputs: int,
    outputs: int,
    rng: np.random.Generator,
    *,
    normalize: ByChannels,
    initialize: Initializer | None = None,
    wrap: Callable[[Layer], Layer] = identity,
) -> Residual:
    """The block of BigGAN's G, which doubles the sides: norm, ReLU, up, 3 x 3, norm, ReLU, 3 x 3; Brock et al. 2019,
    figure 15 (b).

    normalize: makes the normalization layer of so many channels.   wrap: a function of each layer with weights.
    The 1 x 1 convolution of the shortcut comes before the repetition of pixels, which gives the same as after it.
    """
    init: dict[str, Any] = {"initialize": initialize}
    main = nn.Sequential(
        normalize(inputs),
        F.relu,
        wrap(nn.UpConv2d(inputs, outputs, rng, **init)),
        normalize(outputs),
        F.relu,
        wrap(nn.Conv2d(outputs, outputs, 3, rng, padding=1, **init)),
    )
    return Residual(main, nn.Sequential(wrap(nn.Conv2d(inputs, outputs, 1, rng, **init)), nn.Upsample()))


def down_block(
    inputs: int,
    outputs: int,
    rng: np.random.Generator,
    *,
    first: bool = False,
    halve: bool = True,
    initialize: Initializer | None = None,
    wrap: Callable[[Layer], Layer] = identity,
) -> Residual:
    """The block of BigGAN's D: ReLU, 3 x 3, ReLU, 3 x 3, and the mean of 2 x 2 pixels if `halve`; figure 15 (c).

    first: it gets the image itself, which no ReLU may clip.   wrap: a function of each layer with weights.
    """
    init: dict[str, Any] = {"initialize": initialize}
    last = (
        nn.DownConv2d(outputs, outputs, rng, **init)
        if halve
        else nn.Conv2d(outputs, outputs, 3, rng, padding=1, **init)
    )
    main = [
        *([] if first else [F.relu]),
        wrap(nn.Conv2d(inputs, outputs, 3, rng, padding=1, **init)),
        F.relu,
        wrap(last),
    ]
    shortcut: list[Layer] = [nn.Downsample()] if halve else []
    if inputs != outputs or halve:
        shortcut.append(wrap(nn.Conv2d(inputs, outputs, 1, rng, **init)))
    return Residual(nn.Sequential(*main), nn.Sequential(*shortcut) if shortcut else None)


def reflecting_block(channels: int, rng: np.random.Generator, *, normalize: ByChannels | None, std: float) -> Residual:
    """The block of CycleGAN's G: 3 x 3, norm, ReLU, 3 x 3, norm; Zhu et al. 2017, appendix 7.2.

    The convolutions reflect the image at its borders. There is no ReLU after the sum.
    """
    made: dict[str, Any] = {"padding": 1, "reflect": True, "bias": not normalize, "initialize": nn.normal(std)}
    first, last = (nn.Conv2d(channels, channels, 3, rng, **made) for _ in range(2))
    norms = [[normalize(channels)] if normalize else [] for _ in range(2)]
    return Residual(nn.Sequential(first, *norms[0], F.relu, last, *norms[1]))


def bottleneck(channels: int, hidden: int, blocks: int, rng: np.random.Generator) -> Residual:
    """The block of R3GAN: 1 x 1, leaky ReLU, 3 x 3, leaky ReLU, 1 x 1, without normalization; Huang et al. 2024,
    section 3.3.

    hidden: channels of the 3 x 3 convolution; the paper's has groups.   blocks: of the whole network.
    Without normalization the variance grows with each block. So the last convolution starts at 0, and the others are
    He's divided by the fourth root of `blocks`, as in Fixup (Zhang et al. 2019, section 3: L^(-1 / (2 m - 2)), m = 3).
    """
    init = scaled_he(blocks**-0.25)
    main = nn.Sequential(
        nn.Conv2d(channels, hidden, 1, rng, initialize=init),
        leaky_relu,
        nn.Conv2d(hidden, hidden, 3, rng, padding=1, initialize=init),
        leaky_relu,
        nn.Conv2d(hidden, channels, 1, rng, bias=False, initialize=lambda shape, rng: np.zeros(shape, np.float32)),
    )
    return Residual(main)


def scaled_he(gain: float, slope: float = 0.2) -> Initializer:
    """He's initialization for leaky ReLUs of that slope, times `gain`."""
    initialize = nn.he(slope)
    return lambda shape, rng: (gain * initialize(shape, rng)).astype(np.float32)
