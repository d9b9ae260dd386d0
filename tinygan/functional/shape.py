"""Functions that move numbers without changing them."""

from tinygan.autograd.tensor import (
    broadcast_to,
    getitem,
    primitive,
    reshape,
    scatter,
    sum_to,
    transpose,
)

__all__ = [
    "broadcast_to",
    "concatenate",
    "getitem",
    "joined",
    "pad",
    "reshape",
    "scatter",
    "stack",
    "sum_to",
    "transpose",
]


def _part(i, g, out, *arrays, axis):
    """What of g belongs to arrays[i]."""
    axis %= out.ndim
    start = sum(a.shape[axis] for a in arrays[:i])
    return getitem(g, index=(slice(None),) * axis + (slice(start, start + arrays[i].shape[axis]),))


@primitive(each=_part)
def joined(xp, *arrays, axis):
    """The arrays one after another along `axis`."""
    return xp.concatenate(arrays, axis=axis)


def concatenate(arrays, axis=0):
    """A sequence of arrays, alike but for the length of `axis`, joined along it."""
    return joined(*arrays, axis=axis)


def stack(arrays, axis=0):
    """A sequence of arrays of one shape, side by side along a new axis."""
    axis %= arrays[0].ndim + 1
    return joined(*(reshape(a, shape=(*a.shape[:axis], 1, *a.shape[axis:])) for a in arrays), axis=axis)


@primitive(
    lambda g, out, x, widths: getitem(
        g, index=tuple(slice(before, before + n) for (before, _), n in zip(widths, x.shape, strict=True))
    )
)
def pad(xp, x, widths):
    """`x` with zeros around it: widths holds (before, after) for each axis."""
    return xp.pad(x, widths)
