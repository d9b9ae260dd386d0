"""Functions that move numbers without changing them."""

import numpy as np

from tinygan.autograd.arithmetic import getitem, reshape
from tinygan.autograd.primitive import primitive, without_lists
from tinygan.errors import ShapeMismatch


def _part(i, g, out, *arrays, axis):
    """The part of g that belongs to arrays[i]."""
    axis %= out.ndim
    start = sum(a.shape[axis] for a in arrays[:i])
    return getitem(g, index=(slice(None),) * axis + (slice(start, start + arrays[i].shape[axis]),))


@primitive(each=_part)
def concatenated(xp, *arrays, axis):
    """The arrays one after another along `axis`."""
    return xp.concatenate(arrays, axis=axis)


def concatenate(arrays, axis=0):
    """A sequence of arrays, alike but for the length of `axis`, concatenated along it."""
    return concatenated(*arrays, axis=axis)


def stack(arrays, axis=0):
    """A sequence of arrays of one shape, side by side along a new axis."""
    if not arrays:
        raise ShapeMismatch("stack: there is nothing to stack")
    arrays = without_lists(tuple(arrays), len(arrays))
    axis %= arrays[0].ndim + 1
    return concatenated(*(reshape(a, shape=(*a.shape[:axis], 1, *a.shape[axis:])) for a in arrays), axis=axis)


def _inside(g, out, x, widths):
    """The part of g that lies where x does."""
    before = np.broadcast_to(widths, (x.ndim, 2))[:, 0]
    return getitem(g, index=tuple(slice(int(start), int(start) + n) for start, n in zip(before, x.shape, strict=True)))


@primitive(_inside)
def pad(xp, x, widths):
    """`x` with zeros around it: widths holds (before, after) for each axis, or is one pair, or one number, for all."""
    return xp.pad(x, widths)
