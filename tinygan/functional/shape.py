"""Concatenation, stacking and padding of arrays; reflection at the borders of images, and their translation."""

from collections.abc import Iterable, Sequence

import numpy as np

from tinygan.autograd.arithmetic import getitem, reshape
from tinygan.autograd.primitive import Array, primitive, without_lists
from tinygan.errors import ShapeMismatch
from tinygan.functional.windows import pair


def _part(i, g, out, *arrays, axis):
    """The slice of g at the position of arrays[i]."""
    axis %= out.ndim
    start = sum(a.shape[axis] for a in arrays[:i])
    return getitem(g, index=(slice(None),) * axis + (slice(start, start + arrays[i].shape[axis]),))


@primitive(each=_part)
def concatenated(xp, *arrays, axis):
    """The concatenation of the arrays along `axis`."""
    return xp.concatenate(arrays, axis=axis)


def concatenate(arrays: Iterable[Array], axis: int = 0) -> Array:
    """The concatenation of a sequence of arrays along `axis`. Only their lengths along it may differ."""
    return concatenated(*arrays, axis=axis)


def stack(arrays: Sequence[Array], axis: int = 0) -> Array:
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


@primitive(lambda g, out, x, border: fold_reflected(g, border))
def pad_reflected(xp, x, border):
    """Images x (N, H, W, C) with a border that mirrors them: rows a b c d become c b a b c d c b if `border` is 2.

    border: an int, or (vertical, horizontal). Raises ShapeMismatch unless it is less than the side.
    """
    top, left = _border(x.shape[1:3], border)
    widths = ((top, top), (0, 0), (left, left), (0, 0))
    return xp.pad(x.transpose(1, 0, 2, 3), widths, mode="reflect").transpose(1, 0, 2, 3)  # (H, N, W, C) in memory


@primitive(lambda g, out, y, border: pad_reflected(g, border))
def fold_reflected(xp, y, border):
    """The adjoint of pad_reflected: y without its border, each pixel of which is added to the pixel that it mirrors."""
    top, left = pair(border)
    top, left = _border((y.shape[1] - 2 * top, y.shape[2] - 2 * left), border)
    y = y.transpose(1, 0, 2, 3)
    x = y[top : len(y) - top].copy()
    if top:
        x[1 : 1 + top] += y[:top][::-1]
        x[-1 - top : -1] += y[-top:][::-1]
    if left:
        y, x = x, x[:, :, left:-left].copy()
        x[:, :, 1 : 1 + left] += y[:, :, :left][:, :, ::-1]
        x[:, :, -1 - left : -1] += y[:, :, -left:][:, :, ::-1]
    return x.transpose(1, 0, 2, 3)


def _border(sides, border):
    """The border as a pair. Raises ShapeMismatch unless each number is less than the side."""
    for wide, side in zip(pair(border), sides, strict=True):
        if wide >= side:
            raise ShapeMismatch(f"a border of {wide} mirrors images with sides of at least {wide + 1}, got {sides}")
    return pair(border)


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
