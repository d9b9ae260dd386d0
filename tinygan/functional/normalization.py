"""Batch, layer and instance norm: x is standardized over some axes, then scaled and shifted.

They differ in the axes. All use three primitives: `centred`, a projection, which is its own adjoint; `inverse_std`, one
over the standard deviation, whose gradient is a multiple of its argument; and `rescaled`.

Where `ranks` is the communicator of several ranks, each of which has a part of x, the means are over all parts.
"""

from math import prod

from numpy.lib.array_utils import normalize_axis_tuple

from tinygan.autograd.arithmetic import counted, real, sum_to
from tinygan.autograd.columns import column_sums_of_product
from tinygan.autograd.primitive import Array, Node, primitive
from tinygan.backend import namespace
from tinygan.communicator import Communicator, alone
from tinygan.errors import ShapeMismatch
from tinygan.functional.ranks import mean_over_ranks


@primitive(lambda g, out, x, axes, ranks=alone: centred(g, axes=axes, ranks=ranks))
def centred(xp, x, axes, ranks=alone):
    """x - mean(x) over `axes`, an int or a tuple."""
    x = real(xp, x)
    return x - ranks.mean(sum_to(x, _kept_shape(x, axes)) * _inverse_count(x, axes))


def _gradient_of_inverse_std(g, out, x, axes, epsilon, ranks=alone):
    g = g if ranks is alone else mean_over_ranks(g, ranks=ranks)  # the others' results depend on this x, too
    return x * (g * out * out * out * (-1 / counted(x, axes)))


@primitive(_gradient_of_inverse_std)
def inverse_std(xp, x, axes, epsilon, ranks=alone):
    """1 / sqrt(mean(x^2) + epsilon) over `axes`, which become axes of length 1. x must be centred."""
    x = real(xp, x)
    mean = ranks.mean(_sum_of_product(x, x, _kept_shape(x, axes)) * _inverse_count(x, axes))
    return 1 / xp.sqrt(mean + epsilon)


@primitive(
    lambda g, out, x, scale, shift: g * scale,
    lambda g, out, x, scale, shift: _sum_of_product(g, x, scale.shape),
    lambda g, out, x, scale, shift: g,
)
def rescaled(xp, x, scale, shift):
    """x * scale + shift. scale and shift have a number for each channel, or another shape that broadcasts to x."""
    out = x * scale
    if out.dtype != shift.dtype:
        return out + shift
    out += shift  # in place: no second array
    return out


def _sum_of_product(x, y, shape):
    """sum_to(x * y, shape). Bare arrays of one shape that are summed to their channels take the fast form."""
    alike = not isinstance(x, Node) and not isinstance(y, Node) and x.shape == y.shape
    if alike and shape and x.size > x.shape[-1] == shape[-1] == prod(shape):
        return column_sums_of_product(namespace(x), x, y).reshape(shape)
    return sum_to(x * y, shape)


def _kept_shape(x, axes):
    """The shape of x with 1 in place of each length along `axes`."""
    reduced = normalize_axis_tuple(axes, x.ndim)
    return tuple(1 if i in reduced else n for i, n in enumerate(x.shape))


def _inverse_count(x, axes):
    """1 / n for a mean of n numbers over `axes`. Raises ShapeMismatch if n is 0."""
    if not counted(x, axes):
        raise ShapeMismatch(f"x of shape {x.shape} has no numbers over axes {axes}, and so no mean")
    return 1 / counted(x, axes)


def standardize(x: Array, axes: int | tuple[int, ...], epsilon: float, ranks: Communicator = alone) -> Array:
    """(x - mean) / sqrt(variance + epsilon) over `axes`, with the biased variance.

    Raises ShapeMismatch if each mean is over one number: the result would be 0 for every x.
    """
    _expect_spread(x, axes, "standardize", ranks)
    x = centred(x, axes=axes, ranks=ranks)
    return x * inverse_std(x, axes=axes, epsilon=epsilon, ranks=ranks)


def batch_norm(x: Array, scale: Array, shift: Array, epsilon: float = 1e-5, ranks: Communicator = alone) -> Array:
    """x standardized over all axes but the last, times scale plus shift; Ioffe and Szegedy 2015, algorithm 1.

    x: (N, C) or (N, H, W, C).   scale, shift: (C,), or (N, 1, ..., C) with values for each example.
    Raises ShapeMismatch for other shapes, and if a channel has one number, as in a minibatch of one row.
    """
    axes = tuple(range(x.ndim - 1))
    by_example = (len(x), *(1 for _ in axes[1:]), x.shape[-1])
    _require(scale, shift, by_example if scale.shape == by_example else x.shape[-1:], "batch_norm")
    return _by_channel(x, axes, scale, shift, epsilon, "batch_norm", ranks)


def instance_norm(x: Array, scale: Array, shift: Array, epsilon: float = 1e-5) -> Array:
    """Each channel of each image standardized, times scale plus shift; Ulyanov et al. 2016, eq. (3).

    x: (N, H, W, C).   scale, shift: (C,).
    Raises ShapeMismatch for other shapes, and for images of one pixel.
    """
    _require(scale, shift, x.shape[-1:], "instance_norm")
    return _by_channel(x, tuple(range(1, x.ndim - 1)), scale, shift, epsilon, "instance_norm")


def _by_channel(x, axes, scale, shift, epsilon, name, ranks=alone):
    """standardize(x) * scale + shift, where 1 / std and scale are multiplied first to save one product of x's size."""
    _expect_spread(x, axes, name, ranks)
    x = centred(x, axes=axes, ranks=ranks)
    return rescaled(x, inverse_std(x, axes=axes, epsilon=epsilon, ranks=ranks) * scale, shift)


def layer_norm(x: Array, scale: Array, shift: Array, epsilon: float = 1e-5) -> Array:
    """Each example standardized over its last axes, times scale plus shift; Ba et al. 2016, eq. (4).

    scale, shift: arrays with the shape of the last axes, which are standardized.
    Raises ShapeMismatch for other shapes, and if an example has one number.
    """
    axes = tuple(range(x.ndim - scale.ndim, x.ndim))
    _require(scale, shift, x.shape[x.ndim - scale.ndim :], "layer_norm")
    _expect_spread(x, axes, "layer_norm")
    return rescaled(standardize(x, axes=axes, epsilon=epsilon), scale, shift)


def _require(scale, shift, shape, name):
    if scale.shape != shape or shift.shape != shape:
        raise ShapeMismatch(f"{name}: scale and shift are expected to be {shape}, got {scale.shape} and {shift.shape}")


def _expect_spread(x, axes, name, ranks=alone):
    """Raises ShapeMismatch if a mean would be over one number: that number minus its mean is always 0."""
    if counted(x, axes) * ranks.size == 1:
        raise ShapeMismatch(
            f"{name}: x of shape {x.shape} has 1 number over axes {axes}, and one number has no spread; "
            "normalize at least 2, in a larger minibatch for example"
        )
