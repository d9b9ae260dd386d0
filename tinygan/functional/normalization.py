"""Normalization: x is centred and divided by its deviation over some axes, then scaled and shifted.

The kinds differ in the axes that they take. Two primitives carry them all: `centred`, a projection, which is its own
adjoint; and `inverse_deviation`, whose derivative is a multiple of its argument. So they are closed at every order.
"""

from math import prod

from tinygan.autograd.tensor import primitive, raw, sum_of_products, sum_to
from tinygan.errors import ShapeMismatch

__all__ = ["batch_norm", "centred", "instance_norm", "inverse_deviation", "layer_norm", "standardize"]


@primitive(lambda g, out, x, axes: centred(g, axes=axes))
def centred(xp, x, axes):
    """x - mean(x) over `axes`, a tuple."""
    kept = _kept(x, axes)
    return x - sum_to(x, kept) * (prod(kept) / x.size)


@primitive(lambda g, out, x, axes, epsilon: x * (g * out * out * out * (-out.size / x.size)))
def inverse_deviation(xp, x, axes, epsilon):
    """1 / sqrt(mean(x^2) + epsilon) over `axes`, which stay as axes of length 1; x is centred already."""
    kept = _kept(x, axes)
    return 1 / xp.sqrt(sum_of_products(x, x, kept) * (prod(kept) / x.size) + epsilon)


def _kept(x, axes):
    """x's shape with 1 for each of `axes`."""
    return tuple(1 if i in axes else n for i, n in enumerate(x.shape))


def standardize(x, axes, epsilon):
    """(x - mean) / sqrt(variance + epsilon) over `axes`, with the biased variance."""
    x = centred(x, axes=axes)
    return x * inverse_deviation(x, axes=axes, epsilon=epsilon)


def batch_norm(x, scale, shift, epsilon=1e-5):
    """x standardized over all axes but the last, times scale plus shift; Ioffe and Szegedy 2015, algorithm 1.

    x: (N, C) or (N, H, W, C). Raises ShapeMismatch if scale or shift is not (C,).
    """
    _require(scale, shift, x.shape[-1:], "batch_norm")
    return _by_channel(x, tuple(range(x.ndim - 1)), scale, shift, epsilon)


def instance_norm(x, scale, shift, epsilon=1e-5):
    """Each channel of each image standardized, times scale plus shift; Ulyanov et al. 2016, eq. (3).

    x: (N, H, W, C).   scale, shift: (C,).
    """
    _require(scale, shift, x.shape[-1:], "instance_norm")
    return _by_channel(x, tuple(range(1, x.ndim - 1)), scale, shift, epsilon)


def _by_channel(x, axes, scale, shift, epsilon):
    """standardize(x) * scale + shift with one product less: the factors of each channel are multiplied first."""
    x = centred(x, axes=axes)
    return x * (inverse_deviation(x, axes=axes, epsilon=epsilon) * scale) + shift


def layer_norm(x, scale, shift, epsilon=1e-5):
    """Each example standardized over its last axes, times scale plus shift; Ba et al. 2016, eq. (4).

    scale, shift: of the shape of the last axes, as many as are standardized.
    """
    _require(scale, shift, x.shape[x.ndim - raw(scale).ndim :], "layer_norm")
    return standardize(x, axes=tuple(range(x.ndim - raw(scale).ndim, x.ndim)), epsilon=epsilon) * scale + shift


def _require(scale, shift, shape, name):
    if scale.shape != shape or shift.shape != shape:
        raise ShapeMismatch(f"{name}: scale and shift are expected to be {shape}, got {scale.shape} and {shift.shape}")
