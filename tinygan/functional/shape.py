"""Concatenation, stacking and padding of arrays, and translation of images."""

import numpy as np

from tinygan.autograd.arithmetic import getitem, reshape
from tinygan.autograd.primitive import primitive, without_lists
from tinygan.errors import ShapeMismatch


def _part(i, g, out, *arrays, axis):
    """The slice of g at the position of arrays[i]."""
    axis %= out.ndim
    start = sum(a.shape[axis] for a in arrays[:i])
    return getitem(g, index=(slice(None),) * axis + (slice(start, start + arrays[i].shape[axis]),))


@primitive(each=_part)
def concatenated(xp, *arrays, axis):
    """The concatenation of the arrays along `axis`."""
    return xp.concatenate(arrays, axis=axis)


def concatenate(arrays, axis=0):
    """The concatenation of a sequence of arrays along `axis`. Only their lengths along it may differ."""
    return concatenated(*arrays, axis=axis)


def stack(arrays, axis=0):
    """A sequence of arrays of one shape along a new axis. Raises ShapeMismatch for an empty sequence."""
    if not arrays:
        raise ShapeMismatch("stack: expected at least one array, got none")
    arrays = without_lists(tuple(arrays), len(arrays))
    axis %= arrays[0].ndim + 1
    return concatenated(*(reshape(a, shape=(*a.shape[:axis], 1, *a.shape[axis:])) for a in arrays), axis=axis)


def _inside(g, out, x, widths):
    """The slice of g at the position of x, without the padding."""
    before = np.broadcast_to(widths, (x.ndim, 2))[:, 0]
    return getitem(g, index=tuple(slice(int(start), int(start) + n) for start, n in zip(before, x.shape, strict=True)))


@primitive(_inside)
def pad(xp, x, widths):
    """`x` padded with zeros. widths: (before, after) for each axis, or one pair or one number for all axes."""
    return xp.pad(x, widths)


@primitive(lambda g, out, x, rows, columns: translate(g, -rows, -columns), None, None)
def translate(xp, x, rows, columns):
    """The images x (N, H, W, C), each moved down by `rows` (N,) and right by `columns` (N,); what becomes free is 0.

    rows, columns: raw arrays of whole numbers. The adjoint of a translation is the translation back.
    """
    n, height, width, _ = x.shape
    top, left = xp.arange(height) - rows[:, None], xp.arange(width) - columns[:, None]  # in x: (N, H), (N, W)
    inside = ((top >= 0) & (top < height))[:, :, None] & ((left >= 0) & (left < width))[:, None, :]
    top, left = xp.clip(top, 0, height - 1), xp.clip(left, 0, width - 1)
    moved = x[xp.arange(n)[:, None, None], top[:, :, None], left[:, None, :]]  # (N, H, W, C)
    return xp.where(inside[..., None], moved, xp.zeros((), x.dtype))
