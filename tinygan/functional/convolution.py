"""Convolution is one number, linear in each of three arrays; its three partial derivatives are three primitives.

A kernel stands at each of N OH OW places, and sees a window there: KH KW C numbers of an image. Let the windows be the
rows of a matrix X, and let W hold the weights, one column for each output channel. Then conv2d is Y = X W, with a row
of Y for each place, and what the three arrays have in common is the number <Y, X W>. Its derivatives are

    conv2d(x, w)             in y    X W                                                   (N, OH, OW, O)
    conv2d_weight(x, y)      in w    X.T Y                                                 (KH, KW, C, O)
    conv_transpose2d(y, w)   in x    Y W.T, whose rows are windows, added up by `fold`     (N, H, W, C)

The gradient of any of them in any argument is another of them. So the three are closed at every order, and a transposed
convolution, the adjoint of conv2d in x, needs no mathematics of its own.
"""

from math import prod

from tinygan.autograd.arithmetic import product
from tinygan.autograd.primitive import primitive
from tinygan.errors import ShapeMismatch
from tinygan.functional import bands
from tinygan.functional.windows import fold, pair, places, unfold

BANDS = True  # the same numbers in less time: bands.py, which nobody has to read. False: as it stands here


def _conv2d_x(g, out, x, w, stride=1, padding=0):
    extra = _unused(x, w, stride, padding)
    return conv_transpose2d(g, w, stride=stride, padding=padding, output_padding=extra)


def _conv2d_w(g, out, x, w, stride=1, padding=0):
    return conv2d_weight(x, g, w.shape[:2], stride=stride, padding=padding)


@primitive(_conv2d_x, _conv2d_w)
def conv2d(xp, x, w, stride=1, padding=0):
    """Cross-correlation of images x (N, H, W, C) with w (KH, KW, C, O): (N, OH, OW, O).

    OH = (H + 2 padding - KH) // stride + 1.
    stride, padding: an int, or (vertical, horizontal). Raises ShapeMismatch if channels differ or the kernel does not
    fit.
    """
    _expect_layout("x is (N, H, W, C)", x, w)
    if x.shape[3] != w.shape[2]:
        raise ShapeMismatch(f"x has {x.shape[3]} channels, {x.shape}, but weight expects {w.shape[2]}, {w.shape}")
    if BANDS:
        return bands.conv2d(xp, x, w, stride, padding)
    windows = unfold(x, w.shape[:2], stride=stride, padding=padding)
    return product(xp, _matrix(windows), _matrix(w)).reshape(*windows.shape[:3], w.shape[3])


def _weight_x(g, out, x, y, kernel, stride=1, padding=0):
    extra = _unused(x, g, stride, padding)
    return conv_transpose2d(y, g, stride=stride, padding=padding, output_padding=extra)


def _weight_y(g, out, x, y, kernel, stride=1, padding=0):
    return conv2d(x, g, stride=stride, padding=padding)


@primitive(_weight_x, _weight_y)
def conv2d_weight(xp, x, y, kernel, stride=1, padding=0):
    """The adjoint of conv2d in w: x (N, H, W, C) and y (N, OH, OW, O) give (KH, KW, C, O), for kernel = (KH, KW)."""
    kernel = pair(kernel, 1)
    expected = (len(x), *places(x.shape, kernel, stride, padding))
    if y.shape[:3] != expected:
        raise ShapeMismatch(f"x {x.shape} has {expected} windows, but y is {y.shape}")
    if BANDS:
        return bands.conv2d_weight(xp, x, y, kernel, stride, padding)
    windows = unfold(x, kernel, stride=stride, padding=padding)
    return product(xp, _matrix(windows).T, _matrix(y)).reshape(*kernel, x.shape[3], y.shape[3])


def _transpose_y(g, out, y, w, stride=1, padding=0, output_padding=0):
    return conv2d(g, w, stride=stride, padding=padding)


def _transpose_w(g, out, y, w, stride=1, padding=0, output_padding=0):
    return conv2d_weight(g, y, w.shape[:2], stride=stride, padding=padding)


@primitive(_transpose_y, _transpose_w)
def conv_transpose2d(xp, y, w, stride=1, padding=0, output_padding=0):
    """The adjoint of conv2d in x: y (N, OH, OW, O) and w (KH, KW, C, O) give (N, H, W, C).

    H = (OH - 1) stride - 2 padding + KH + output_padding.
    output_padding, less than the stride, chooses among the sizes H that conv2d maps to one OH.
    Raises ShapeMismatch if channels differ or the output would be empty.
    """
    _expect_layout("y is (N, OH, OW, O)", y, w)
    if y.shape[3] != w.shape[3]:
        raise ShapeMismatch(f"y has {y.shape[3]} channels, {y.shape}, but weight expects {w.shape[3]}, {w.shape}")
    size = _size(y, w, pair(stride, 1), pair(padding), pair(output_padding))
    if BANDS:
        return bands.conv_transpose2d(xp, y, w, size, stride, padding)
    windows = product(xp, _matrix(y), _matrix(w).T).reshape(*y.shape[:3], *w.shape[:3])
    return fold(windows, size, stride=stride, padding=padding)


def _matrix(a):
    """Windows, weights or outputs as a matrix: the first three axes are its rows."""
    return a.reshape(prod(a.shape[:3]), prod(a.shape[3:]))


def _size(y, w, stride, padding, extra):
    """(H, W) of the transposed convolution."""
    if not (extra[0] < stride[0] and extra[1] < stride[1]):
        raise ShapeMismatch(f"output_padding {extra} must be less than the stride {stride}")
    size = tuple(
        (n - 1) * s - 2 * p + k + e
        for n, s, p, k, e in zip(y.shape[1:3], stride, padding, w.shape[:2], extra, strict=True)
    )
    if min(size) < 1:
        raise ShapeMismatch(f"the result would have size {size}: padding {padding} is too large for {w.shape[:2]}")
    return size


def _unused(x, w, stride, padding):
    """How many rows and columns at the end of x no window reaches."""
    return tuple(
        (size + 2 * p - k) % s
        for size, k, s, p in zip(x.shape[1:3], w.shape[:2], pair(stride, 1), pair(padding), strict=True)
    )


def _expect_layout(said, images, w):
    """Raises ShapeMismatch unless both have four axes and the weight has entries."""
    if images.ndim != 4 or w.ndim != 4:
        raise ShapeMismatch(f"{said} and weight (KH, KW, C, O), but got {images.shape} and {w.shape}")
    if not w.size:
        raise ShapeMismatch(f"weight (KH, KW, C, O) is expected to have entries, but got {w.shape}")
