"""The U-Net: an encoder-decoder in which each map of the encoder also reaches the decoder directly, at its own size."""

from typing import Any, NamedTuple

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.networks.layers import ByChannels, Layer, leaky_relu

DROPPED = 3  # blocks of the decoder with dropout, from the innermost on; Isola et al. 2017, section 6.1.1
WIDEST = 8  # times the width; Isola et al. 2017, section 6.1.1
WHOLE = 8  # the largest side of a kernel that covers a whole map


class Level(NamedTuple):
    """A level of a U-Net: the layers that lead down to its map, and those that lead up from it."""

    down: list[Layer]
    up: list[Layer]


class Joined(nn.Layer):
    """x and inner(x), joined along channels: one level of a U-Net, where `inner` goes down and comes up again.

    Ronneberger et al. 2015, figure 1: the gray arrows are x.
    """

    per_example = True

    def __init__(self, inner: Layer):
        self.inner = inner

    def __call__(self, x: Array) -> Array:
        return F.concatenate([x, self.inner(x)], axis=-1)

    def branches(self, x: Any) -> list[tuple[Any, Any]]:
        return [(None, x), (self.inner, x)]


def unet(
    shape: tuple[int, ...],
    outputs: int,
    rng: np.random.Generator,
    *,
    width: int,
    levels: int | None = None,
    normalize: ByChannels | None = nn.BatchNorm,
    dropout: float = 0.5,
    skips: bool = True,
    std: float = 0.02,
) -> nn.Sequential:
    """From images of `shape` to images (m, H, W, outputs) in (-1, 1); Isola et al. 2017, sections 3.2.1 and 6.1.1.

    Each level halves the sides by a 4 x 4 convolution of stride 2, and doubles them on the way up. A map with an odd
    side, and none above 8, is covered by one kernel, so the innermost map is a pixel that depends on the whole image:
    28, 14, 7, 1 or 32, 16, 8, 4, 2, 1. A larger odd map stays the innermost: 36, 18, 9. Maps have `width` channels,
    then 2, 4, and from there on 8 times as many.

    levels: fewer than that; the innermost map is then larger.   normalize: makes the normalization layer of so many
    channels, but none for the first, the innermost and the last map.   dropout: its rate in the three innermost blocks
    of the decoder, in samples too, where it is the noise of G.   skips: False for an encoder-decoder without joined
    maps, as in the paper's section 4.3.   std: of the initial weights.
    Raises SettingError unless both sides can be halved twice, and if there are fewer levels than asked for.
    """
    kernels = _kernels(shape, levels)
    widths = [width * min(2**i, WIDEST) for i in range(len(kernels))]
    innermost, masks = len(kernels) - 1, rng.spawn(len(kernels))
    init: dict[str, Any] = {"rng": rng, "initialize": nn.normal(std)}
    norm = normalize if normalize else lambda channels: None

    def level(i: int) -> Level:
        """The layers around map i, of which map 0 is the largest."""
        above = widths[i - 1] if i else shape[2]
        down_norm = norm(widths[i]) if 0 < i < innermost else None
        up_norm = norm(widths[i - 1]) if i else None
        drop = nn.Dropout(dropout, masks[i], in_samples=True) if dropout and i > max(0, innermost - DROPPED) else None
        back = widths[i] * (2 if skips and i < innermost else 1)  # twice the channels where maps are joined
        down = nn.Conv2d(above, widths[i], **kernels[i], **init, bias=down_norm is None)
        up = nn.ConvTranspose2d(back, above if i else outputs, **kernels[i], **init, bias=up_norm is None)
        return Level(_given(leaky_relu if i else None, down, down_norm), _given(F.relu, up, up_norm, drop))

    first, *inner = map(level, range(len(kernels)))
    return nn.Sequential(*first.down, _u(inner, skips), *first.up, F.tanh)


def _u(levels: list[Level], skips: bool) -> Layer:
    """The map above these levels, joined with what comes back from them: down, through a smaller U, and up again."""
    level, *deeper = levels
    smaller = [_u(deeper, skips)] if deeper else []
    inner = nn.Sequential(*level.down, *smaller, *level.up)
    return Joined(inner) if skips else inner


def _kernels(shape: tuple[int, ...], levels: int | None) -> list[dict[str, Any]]:
    """The kernel, stride and padding of each level, from the outermost on."""
    if len(shape) != 3 or shape[0] % 4 or shape[1] % 4:
        raise SettingError(
            f"a U-Net makes images whose sides can be halved twice, not examples of shape {shape}; "
            "choose data with such images, digits for example"
        )
    height, breadth, _ = shape
    kernels: list[dict[str, Any]] = []
    while not (height % 2 or breadth % 2):
        height, breadth = height // 2, breadth // 2
        kernels.append({"kernel": 4, "stride": 2, "padding": 1})
    if 1 < max(height, breadth) <= WHOLE:
        kernels.append({"kernel": (height, breadth)})
    if levels is not None and not 2 <= levels <= len(kernels):
        raise SettingError(f"a U-Net for images of {shape} has 2 to {len(kernels)} levels, got {levels!r}")
    return kernels[:levels]


def _given(*layers: Layer | None) -> list[Layer]:
    """The layers that are not None."""
    return [layer for layer in layers if layer is not None]
