"""Elementwise functions: exponentials, maxima and minima, and the activations of networks."""

from tinygan.autograd.arithmetic import real
from tinygan.autograd.primitive import Array, Node, primitive, raw


@primitive(lambda g, out, x: g * out)
def exp(xp, x):
    """e to the power x."""
    return xp.exp(real(xp, x))


@primitive(lambda g, out, x: g * 0.5 / out)
def sqrt(xp, x):
    """The square root; its gradient at 0 is infinite."""
    return xp.sqrt(real(xp, x))


def safe_sqrt(x: Array) -> Array:
    """sqrt(x) for x >= 0, with derivative 0 at 0, where that of sqrt is infinite."""
    if not isinstance(x, Node):
        return sqrt(x)
    zero = raw(x) == 0
    return where(zero, 0.0, sqrt(where(zero, 1.0, x)))


def _max_derivative(x, y):
    """The derivative of max(x, y) in x: 1 where x > y, 0 where x < y, 1/2 where they are equal."""
    x, y = raw(x), raw(y)
    dtype = x.dtype if hasattr(x, "dtype") else y.dtype
    return ((x > y).astype(dtype) + (x >= y).astype(dtype)) * 0.5


@primitive(lambda g, out, x, y: g * _max_derivative(x, y), lambda g, out, x, y: g * _max_derivative(y, x))
def maximum(xp, x, y):
    """The larger of x and y. Where they are equal, each has half of the gradient."""
    return xp.maximum(x, y)


@primitive(lambda g, out, x, y: g * _max_derivative(y, x), lambda g, out, x, y: g * _max_derivative(x, y))
def minimum(xp, x, y):
    """The smaller of x and y. Where they are equal, each has half of the gradient."""
    return xp.minimum(x, y)


@primitive(lambda g, out, x, low=None, high=None: g * (raw(out) == raw(x)), None, None)
def clip(xp, x, low=None, high=None):
    """`x` limited to [low, high]. The derivative is 1 inside and on the bounds, 0 outside."""
    return xp.clip(x, low, high)


@primitive(
    None,
    lambda g, out, condition, x, y: where(condition, g, 0.0),
    lambda g, out, condition, x, y: where(condition, 0.0, g),
)
def where(xp, condition, x, y):
    """x where the raw boolean `condition` holds, else y."""
    return xp.where(condition, x, y)


@primitive(lambda g, out, x: g * (1 - out * out))
def tanh(xp, x):
    """The hyperbolic tangent."""
    return xp.tanh(real(xp, x))


@primitive(lambda g, out, x: g * out * (1 - out))
def sigmoid(xp, x):
    """1 / (1 + exp(-x)), without overflow and with full relative precision for large |x|.

    >>> import numpy as np
    >>> sigmoid(np.array([-1000.0, -40.0, 0.0]))
    array([0.00000000e+00, 4.24835426e-18, 5.00000000e-01])
    """
    x = real(xp, x)
    return xp.exp(xp.minimum(x, 0)) / (1 + xp.exp(-xp.abs(x)))


@primitive(lambda g, out, x: g * sigmoid(x))
def softplus(xp, x):
    """log(1 + exp(x)), exact at any x. For a logit l, log D = -softplus(-l) and log(1 - D) = -softplus(l)."""
    x = real(xp, x)
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x)))


@primitive(lambda g, out, x: g * (raw(out) > 0))
def relu(xp, x):
    """max(x, 0). The derivative at 0 is 0."""
    return xp.maximum(x, xp.zeros(x.shape[-1:], x.dtype))  # faster than maximum(x, 0)


def _leaky_derivative(x, slope):
    """The derivative of leaky_relu as a raw array: 1 where x > 0, else `slope`."""
    derivative = (raw(x) > 0).astype(x.dtype)
    derivative *= 1 - slope
    derivative += slope
    return derivative


@primitive(lambda g, out, x, slope=0.01: g * _leaky_derivative(x, slope))
def leaky_relu(xp, x, slope=0.01):
    """x where x > 0, else slope * x. The derivative at 0 is `slope`."""
    x = real(xp, x)
    return (xp.maximum if slope <= 1 else xp.minimum)(x, slope * x)


@primitive(lambda g, out, x, alpha=1.0: where(raw(x) > 0, g, g * (out + alpha)))
def elu(xp, x, alpha=1.0):
    """x where x > 0, else alpha * (exp(x) - 1); Clevert et al. 2016, eq. (15)."""
    x = real(xp, x)
    return xp.where(x > 0, x, alpha * xp.expm1(xp.minimum(x, 0)))
