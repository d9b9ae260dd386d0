"""Functions that reduce axes: each takes `axis` (an int, a tuple, or None for all) and `keepdims`."""

from math import prod

from tinygan.autograd.tensor import expanded, mean, primitive, raw, sum
from tinygan.functional.losses import softmax

__all__ = ["logsumexp", "max", "mean", "sum", "var"]


def _var_gradient(g, out, x, axis=None, keepdims=False, correction=1):
    count = x.size // prod(out.shape)
    return expanded(g * (2.0 / (count - correction)), x, axis, keepdims) * (x - mean(x, axis=axis, keepdims=True))


@primitive(_var_gradient)
def var(xp, x, axis=None, keepdims=False, correction=1):
    """The variance over `axis`: squared deviations from the mean, summed and divided by their number less `correction`.

    >>> import numpy as np
    >>> float(var(np.array([1.0, 2.0, 3.0]))), float(var(np.array([1.0, 2.0, 3.0]), correction=0))
    (1.0, 0.6666666666666666)
    """
    return xp.var(x, axis=axis, keepdims=keepdims, ddof=correction)


def _max_gradient(g, out, x, axis=None, keepdims=False):
    largest = (raw(x) == expanded(raw(out), raw(x), axis, keepdims)).astype(x.dtype)
    return expanded(g, x, axis, keepdims) / largest.sum(axis=axis, keepdims=True) * largest


@primitive(_max_gradient)
def max(xp, x, axis=None, keepdims=False):
    """The largest entry over `axis`; entries that share the maximum share its gradient equally."""
    return xp.max(x, axis=axis, keepdims=keepdims)


@primitive(lambda g, out, x, axis=None, keepdims=False: expanded(g, x, axis, keepdims) * softmax(x, axis=axis))
def logsumexp(xp, x, axis=None, keepdims=False):
    """log(sum(exp(x))) over `axis`, without overflow."""
    top = xp.max(x, axis=axis, keepdims=True)
    out = xp.log(xp.sum(xp.exp(x - top), axis=axis, keepdims=True)) + top
    return out if keepdims else xp.squeeze(out, axis=axis)
