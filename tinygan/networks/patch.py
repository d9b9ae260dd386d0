"""PatchGAN: a convolutional discriminator that gives each patch of an image its own score."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygan import nn
from tinygan.errors import SettingError
from tinygan.networks.layers import ByChannels, Layer, identity, leaky_relu

WIDEST = 8  # times the width


def receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    """The side of the patch of the image that one output depends on, for convolutions (kernel, stride), first to last.

    From the output back to the image, a patch of n pixels comes from one of (n - 1) stride + kernel pixels.

    >>> receptive_field([(4, 2), (4, 2), (4, 2), (4, 1), (4, 1)])
    70
    """
    field = 1
    for kernel, stride in reversed(layers):
        field = (field - 1) * stride + kernel
    return field


# 4 x 4 layers of stride 2, then two of stride 1 (Isola et al. 2017, section 6.1.2: 16, 70, 286), or one (10, 22, ...).
# The field of 1 pixel has 1 x 1 layers.
_STRIDED = [strided * ((4, 2),) + plain * ((4, 1),) for strided in range(1, 6) for plain in (1, 2)]
FIELDS = {receptive_field(layers): layers for layers in (3 * ((1, 1),), *_STRIDED)}


def patch_discriminator(
    shape: tuple[int, ...],
    rng: np.random.Generator,
    *,
    field: int,
    width: int,
    normalize: ByChannels | None = nn.BatchNorm,
    std: float = 0.02,
    wrap: Callable[[Layer], Layer] = identity,
) -> nn.Sequential:
    """D, from images of `shape` to scores (m, H', W', 1), each of a patch of field x field pixels; Isola et al. 2017,
    sections 3.2.2 and 6.1.2.

    A loss takes the mean over all scores, so D sees details, and an L1 term is left to see the whole.
    field: one of FIELDS: 1, 10, 16, 22, 34, 46, 70, 94, 142, 190, 286. Of images of 28 x 28, a field of 1 gives 28 x 28
    scores, 10 gives 13 x 13, 16 gives 12 x 12, 22 gives 6 x 6, 34 gives 5 x 5 and 70 gives one of the whole image.
    At the borders the patch is a part of the image, with zeros around it.
    width: channels of the first layer; 2, 4 and then 8 times as many in the next.   normalize: makes the normalization
    layer of so many channels, but none after the first and the last convolution.   std: of the initial weights.
    wrap: a function of each convolution, such as nn.SpectralNorm.
    Raises SettingError if there is no such field, or if the image is too small for a score.
    """
    layers = _layers(shape, field)
    inputs, last = shape[2], len(layers) - 1
    network: list[Layer] = []
    for i, (kernel, stride) in enumerate(layers):
        outputs = 1 if i == last else width * min(2**i, WIDEST)
        inner = normalize is not None and 0 < i < last
        made: dict[str, Any] = {"bias": not inner, "initialize": nn.normal(std)}
        network.append(wrap(nn.Conv2d(inputs, outputs, kernel, rng, stride=stride, padding=(kernel - 1) // 2, **made)))
        if normalize and inner:
            network.append(normalize(outputs))
        if i < last:
            network.append(leaky_relu)
        inputs = outputs
    return nn.Sequential(*network)


def _layers(shape: tuple[int, ...], field: int) -> tuple[tuple[int, int], ...]:
    """The convolutions (kernel, stride) with this receptive field. Raises SettingError if they give no score."""
    if field not in FIELDS:
        known = ", ".join(map(str, FIELDS))
        nearest = min(FIELDS, key=lambda each: abs(each - field))
        raise SettingError(
            f"no PatchGAN has a receptive field of {field!r}; the nearest is {nearest}. There are {known}"
        )
    if len(shape) != 3:
        raise SettingError(f"a PatchGAN judges images, not examples of shape {shape}; choose data with images")
    if min(_scores(side, FIELDS[field]) for side in shape[:2]) < 1:
        fits = [each for each in FIELDS if min(_scores(side, FIELDS[each]) for side in shape[:2]) >= 1]
        raise SettingError(
            f"images of {shape[0]} x {shape[1]} are too small for a PatchGAN with a receptive field of {field}; "
            f"the largest that gives a score is {max(fits)}"
        )
    return FIELDS[field]


def _scores(side: int, layers: tuple[tuple[int, int], ...]) -> int:
    """How many scores there are along a side."""
    for kernel, stride in layers:
        side = (side + 2 * ((kernel - 1) // 2) - kernel) // stride + 1 if side > 0 else 0
    return side
