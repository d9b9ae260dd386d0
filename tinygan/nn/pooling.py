"""Layers that pool: the largest number of a window, and the mean or the sum over all pixels."""

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.nn.layer import Layer


class MaxPool(Layer):
    """The largest of each 2 x 2 numbers of a channel: (N, H, W, C) to (N, H / 2, W / 2, C)."""

    per_example = True

    def __call__(self, x: Array) -> Array:
        return F.max_pool2d(x, 2)


class MeanPool(Layer):
    """The mean over all pixels of each channel: (N, H, W, C) to (N, C)."""

    per_example = True

    def __call__(self, x: Array) -> Array:
        return F.mean(x, axis=(1, 2))


class SumPool(Layer):
    """The sum over all pixels of each channel: (N, H, W, C) to (N, C)."""

    per_example = True

    def __call__(self, x: Array) -> Array:
        return F.sum(x, axis=(1, 2))
