"""Pooling, a reduction over the windows of a convolution; and upsampling, a broadcast."""

from typing import TypeAlias

from tinygan.autograd.arithmetic import broadcast_to, mean, real, reshape, sum
from tinygan.autograd.primitive import Array, raw
from tinygan.backend import namespace
from tinygan.errors import ShapeMismatch
from tinygan.functional.elementwise import where
from tinygan.functional.windows import pair, unfold

Size: TypeAlias = int | tuple[int, int]  # in both directions, or (vertical, horizontal)


def avg_pool2d(x: Array, size: Size, stride: Size | None = None, padding: Size = 0) -> Array:
    """The mean of each window of x (N, H, W, C). Padding counts as zeros.

    size, stride, padding: an int or a pair; the stride is `size` by default.
    """
    return mean(unfold(x, size, stride=size if stride is None else stride, padding=padding), axis=(3, 4))


def max_pool2d(x: Array, size: Size, stride: Size | None = None, padding: Size = 0) -> Array:
    """The largest entry of each window of x (N, H, W, C). Padding counts as minus infinity.

    size, stride, padding: an int or a pair; the stride is `size` by default. Of equal entries, the first has the
    gradient.
    Raises ShapeMismatch if padding is not less than size: some windows would contain only padding.
    """
    stride = size if stride is None else stride
    if any(around >= across for around, across in zip(pair(padding), pair(size, 1), strict=True)):
        raise ShapeMismatch(f"max_pool2d: padding is expected to be less than size, {size}, got {padding}")
    windows = unfold(x, size, stride=stride, padding=padding)
    n, oh, ow, kh, kw, c = windows.shape
    windows = reshape(windows, shape=(n, oh, ow, kh * kw, c))
    xp = namespace(raw(x))
    candidates = real(xp, raw(windows))
    if any(pair(padding)):
        inside = raw(unfold(xp.ones(x.shape, x.dtype), size, stride=stride, padding=padding)).reshape(candidates.shape)
        lowest = xp.finfo(candidates.dtype).min  # so that an entry of -inf is chosen before padding
        candidates = xp.where(inside > 0, xp.maximum(candidates, lowest), -xp.inf)
    first = xp.argmax(candidates, axis=3)  # (N, OH, OW, C)
    chosen = xp.arange(kh * kw)[:, None] == first[:, :, :, None, :]
    return sum(where(chosen, windows, 0.0), axis=3)


def upsample_nearest(x: Array, factor: Size) -> Array:
    """Each pixel of x (N, H, W, C) repeated `factor` times in both directions (an int, or a pair)."""
    n, h, w, c = x.shape
    fh, fw = pair(factor, 1)
    tiled = broadcast_to(reshape(x, shape=(n, h, 1, w, 1, c)), shape=(n, h, fh, w, fw, c))
    return reshape(tiled, shape=(n, h * fh, w * fw, c))
