"""Layers that double or halve the sides of images, alone and in one with a convolution.

The nearest neighbour, or the mean of 2 x 2 pixels, followed by (or following) a 3 x 3 convolution is a linear map with
a 4 x 4 kernel and stride 2. `UpConv2d` and `DownConv2d` compute it so: in half the time and a quarter of the memory.
"""

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.nn.convolution import Conv2d
from tinygan.nn.initialize import Initializer
from tinygan.nn.layer import Layer


class Upsample(Layer):
    """Each pixel of x (N, H, W, C) repeated, to (N, 2 H, 2 W, C)."""

    per_example = True

    def __call__(self, x: Array) -> Array:
        return F.upsample_nearest(x, 2)


class Downsample(Layer):
    """The mean of each 2 x 2 pixels of x (N, H, W, C), (N, H / 2, W / 2, C); an odd last row or column is left out."""

    per_example = True

    def __call__(self, x: Array) -> Array:
        n, h, w, c = x.shape  # F.avg_pool2d(x, 2) takes a quarter longer
        if h % 2 or w % 2:
            x = x[:, : h - h % 2, : w - w % 2]
        return F.mean(F.reshape(x, shape=(n, h // 2, 2, w // 2, 2, c)), axis=(2, 4))


class _Resampled(Conv2d):
    """A convolution with 3 x 3 kernels and a padding of 1, whose weight (3, 3, inputs, outputs) is a Conv2d's."""

    per_example = True

    def __init__(
        self,
        inputs: int,
        outputs: int,
        rng: np.random.Generator,
        *,
        bias: bool = True,
        initialize: Initializer | None = None,
    ):
        super().__init__(inputs, outputs, 3, rng, padding=1, bias=bias, initialize=initialize)


class UpConv2d(_Resampled):
    """Upsample, then a 3 x 3 convolution with padding 1: from (N, H, W, inputs) to (N, 2 H, 2 W, outputs).

    It is one transposed convolution of stride 2. Its kernel has an entry for each pair of an output pixel and a pixel
    before the repetition: those of the 3 x 3 kernel, turned by 180 degrees and added up in pairs.
    """

    per_example = True

    def __call__(self, x: Array) -> Array:
        turned = F.transpose(self.weight[::-1, ::-1], axes=(0, 1, 3, 2))
        y = F.conv_transpose2d(x, _pairs(turned), stride=2, padding=1)
        return y if self.bias is None else y + self.bias


class DownConv2d(_Resampled):
    """A 3 x 3 convolution with padding 1, then Downsample: from (N, H, W, inputs) to (N, H / 2, W / 2, outputs).

    It is one convolution of stride 2, whose kernel is the mean of the 3 x 3 kernel at the four pixels of a window.
    """

    per_example = True

    def __call__(self, x: Array) -> Array:
        y = F.conv2d(x, _pairs(self.weight) * 0.25, stride=2, padding=1)
        return y if self.bias is None else y + self.bias


def _pairs(weight: Array) -> Array:
    """The kernel (4, 4, a, b) that is the sum of the 3 x 3 kernels `weight` (3, 3, a, b) at its four corners."""
    none = (0, 0)
    tall = F.pad(weight, ((0, 1), none, none, none)) + F.pad(weight, ((1, 0), none, none, none))
    return F.pad(tall, (none, (0, 1), none, none)) + F.pad(tall, (none, (1, 0), none, none))
