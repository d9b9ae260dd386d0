"""Normalization: the part all kinds share, `standardize`, and the kinds, which differ in the axes they take.

The derivative of standardize at x is the symmetric map J g = s (g - mean g - u mean(g u)), with u = standardize(x) and
s = 1 / sqrt(var x + epsilon). Symmetric: so J is its own adjoint, and a rule for J closes the family at every order.
"""

from math import prod

from tinygan.autograd.tensor import mean, primitive, raw, sum
from tinygan.errors import ShapeMismatch

__all__ = ["batch_norm", "instance_norm", "layer_norm", "standardize", "standardize_gradient"]


@primitive(lambda g, out, x, axes, epsilon: standardize_gradient(g, x, axes=axes, epsilon=epsilon))
def standardize(xp, x, axes, epsilon):
    """(x - mean) / sqrt(variance + epsilon) over `axes`, with the biased variance."""
    return _standard(xp, x, axes, epsilon)[0]


def _standard(xp, x, axes, epsilon):
    """u = standardize(x), and s = 1 / sqrt(variance + epsilon) with the axes kept."""
    u = x - _mean(x, axes)
    s = 1 / xp.sqrt(_mean(u * u, axes) + epsilon)
    u *= s
    return u, s


def _mean(x, axes):
    """The mean with the axes kept, by way of the fast `sum`."""
    total = sum(x, axis=axes)
    kept = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    return total.reshape(kept) * (prod(kept) / x.size)


def _second(gg, out, g, x, axes, epsilon):
    """The gradient of <gg, J(x) g> with respect to x.

    It is -s s u (<a, gg> - <a, u> <gg, u>) - s (J g <gg, u> + J gg <a, u>), <., .> the mean of a product, a = g - mean
    g.
    """
    u = standardize(x, axes=axes, epsilon=epsilon)
    centred = x - mean(x, axis=axes, keepdims=True)
    s = (mean(centred * centred, axis=axes, keepdims=True) + epsilon) ** -0.5
    a = g - mean(g, axis=axes, keepdims=True)
    g_gg, g_u, gg_u = (mean(v, axis=axes, keepdims=True) for v in (a * gg, a * u, gg * u))
    other = standardize_gradient(gg, x, axes=axes, epsilon=epsilon)
    return -(s * s * u) * (g_gg - g_u * gg_u) - s * (out * gg_u + other * g_u)


@primitive(lambda gg, out, g, x, axes, epsilon: standardize_gradient(gg, x, axes=axes, epsilon=epsilon), _second)
def standardize_gradient(xp, g, x, axes, epsilon):
    """J g, the derivative of standardize at x applied to g; Ioffe and Szegedy 2015, section 3, as one expression."""
    u, s = _standard(xp, x, axes, epsilon)
    along = _mean(g * u, axes)
    out = g - _mean(g, axes)
    u *= along
    out -= u
    out *= s
    return out


def batch_norm(x, scale, shift, epsilon=1e-5):
    """x standardized over all axes but the last, times scale plus shift; Ioffe and Szegedy 2015, algorithm 1.

    x: (N, C) or (N, H, W, C). Raises ShapeMismatch if scale or shift is not (C,).
    """
    _require(scale, shift, x.shape[-1:], "batch_norm")
    return standardize(x, axes=tuple(range(x.ndim - 1)), epsilon=epsilon) * scale + shift


def layer_norm(x, scale, shift, epsilon=1e-5):
    """Each example standardized over its last axes, times scale plus shift; Ba et al. 2016, eq. (4).

    scale, shift: of the shape of the last axes, as many as are standardized.
    """
    _require(scale, shift, x.shape[x.ndim - raw(scale).ndim :], "layer_norm")
    return standardize(x, axes=tuple(range(x.ndim - raw(scale).ndim, x.ndim)), epsilon=epsilon) * scale + shift


def instance_norm(x, scale, shift, epsilon=1e-5):
    """Each channel of each image standardized, times scale plus shift; Ulyanov et al. 2016, eq. (3).

    x: (N, H, W, C).   scale, shift: (C,).
    """
    _require(scale, shift, x.shape[-1:], "instance_norm")
    return standardize(x, axes=tuple(range(1, x.ndim - 1)), epsilon=epsilon) * scale + shift


def _require(scale, shift, shape, name):
    if scale.shape != shape or shift.shape != shape:
        raise ShapeMismatch(f"{name}: scale and shift are expected to be {shape}, got {scale.shape} and {shift.shape}")
