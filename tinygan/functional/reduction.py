"""Reductions over `axis`: an int, a tuple, or None for all axes."""

from tinygan.autograd.arithmetic import counted, expanded, mean, real
from tinygan.autograd.primitive import primitive, raw
from tinygan.errors import ShapeMismatch
from tinygan.functional.losses import softmax


def _var_gradient(g, out, x, axis=None, keepdims=False, correction=1):
    factor = 2.0 / (counted(x, axis) - correction)
    return expanded(g * factor, x, axis, keepdims) * (x - mean(x, axis=axis, keepdims=True))


@primitive(_var_gradient)
def var(xp, x, axis=None, keepdims=False, correction=1):
    """The variance over `axis`: the sum of (x - mean)^2, divided by the number of entries minus `correction`.

    Raises ShapeMismatch if the divisor is not positive.

    >>> import numpy as np
    >>> float(var(np.array([1.0, 2.0, 3.0]))), float(var(np.array([1.0, 2.0, 3.0]), correction=0))
    (1.0, 0.6666666666666666)
    """
    if counted(x, axis) <= correction:
        raise ShapeMismatch(
            f"x of shape {x.shape} over axis {axis}: a count of {counted(x, axis)} less correction={correction} leaves "
            "none to divide by"
        )
    return xp.var(real(xp, x), axis=axis, keepdims=keepdims, ddof=correction)


def _max_gradient(g, out, x, axis=None, keepdims=False):
    largest = (raw(x) == expanded(raw(out), raw(x), axis, keepdims)).astype(x.dtype)
    return expanded(g, x, axis, keepdims) / largest.sum(axis=axis, keepdims=True) * largest


@primitive(_max_gradient)
def max(xp, x, axis=None, keepdims=False):
    """The largest entry over `axis`. Entries equal to the maximum have equal parts of its gradient."""
    return xp.max(x, axis=axis, keepdims=keepdims)


@primitive(lambda g, out, x, axis=None, keepdims=False: expanded(g, x, axis, keepdims) * softmax(x, axis=axis))
def logsumexp(xp, x, axis=None, keepdims=False):
    """log(sum(exp(x))) over `axis`, without overflow. x may be infinite.

    Where the maximum is infinite, the gradient is nan.

    >>> import numpy as np
    >>> logsumexp(np.array([[-np.inf, -np.inf], [np.inf, 1.0], [0.0, 0.0]]), axis=1)
    array([      -inf,        inf, 0.69314718])
    """
    x = real(xp, x)
    top = xp.max(x, axis=axis, keepdims=True)
    below = xp.minimum(x - xp.where(xp.isfinite(top), top, 0), 0)  # inf - inf would be nan
    none = top == -xp.inf  # log 0 would warn
    out = xp.log(xp.sum(xp.exp(below), axis=axis, keepdims=True) + none) + top
    return out if keepdims else xp.squeeze(out, axis=axis)
