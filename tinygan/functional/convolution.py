"""Convolution as a trilinear form: its three partial derivatives are three primitives.

The kernel has N OH OW positions. At each one it covers a window of KH KW C numbers of an image. Let the windows be the
rows of a matrix X, and let W be the matrix of weights with a column for each output channel. Then conv2d is Y = X W,
with a row for each position. The number <Y, X W> is linear in each of x, w and y. Its derivatives are

    conv2d(x, w)             in y    X W                                                   (N, OH, OW, O)
    conv2d_weight(x, y)      in w    X.T Y                                                 (KH, KW, C, O)
    conv_transpose2d(y, w)   in x    Y W.T, whose rows are windows, added by `fold`        (N, H, W, C)

The gradient of each of them in each argument is another of them, so they have gradients of every order. Transposed
convolution is the adjoint of conv2d in x.
"""

from math import prod

from tinygan.autograd.arithmetic import product
from tinygan.autograd.primitive import primitive
from tinygan.errors import ShapeMismatch
from tinygan.functional import bands
from tinygan.functional.windows import fold, output_size, pair, unfold

BANDS = True  # compute by the faster form, bands.py; False: by the form in this file. Both give the same numbers


def _conv2d_x(g, out, x, w, stride=1, padding=0):
    extra = _unused(x, w, stride, padding)
    return conv_transpose2d(g, w, stride=stride, padding=padding, output_padding=extra)


def _conv2d_w(g, out, x, w, stride=1, padding=0):
    return conv2d_weight(x, g, w.shape[:2], stride=stride, padding=padding)


@primitive(_conv2d_x, _conv2d_w)
def conv2d(xp, x, w, stride=1, padding=0):
    """Cross-correlation of images x (N, H, W, C) with w (KH, KW, C, O): (N, OH, OW, O).

    OH = (H + 2 padding - KH) // stride + 1.
    stride, padding: an int, or (vertical, horizontal).
    Raises ShapeMismatch if channels differ or the kernel is larger than the padded image.
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
    """The adjoint of conv2d in w: (KH, KW, C, O) for x (N, H, W, C), y (N, OH, OW, O) and kernel = (KH, KW)."""
    kernel = pair(kernel, 1)
    expected = (len(x), *output_size(x.shape, kernel, stride, padding))
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
    """The adjoint of conv2d in x: (N, H, W, C) for y (N, OH, OW, O) and w (KH, KW, C, O).

    H = (OH - 1) stride - 2 padding + KH + output_padding.
    output_padding: selects one of the sizes H that conv2d maps to the same OH; less than the stride.
    Raises ShapeMismatch if channels differ or the result would be empty.
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
    """Windows, weights or outputs as a matrix whose rows are the first three axes."""
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
    """The numbers of rows and columns at the end of x that are in no window."""
    return tuple(
        (size + 2 * p - k) % s
        for size, k, s, p in zip(x.shape[1:3], w.shape[:2], pair(stride, 1), pair(padding), strict=True)
    )


def _expect_layout(layout, images, w):
    """Raises ShapeMismatch unless both arrays have four axes and w has entries."""
    if images.ndim != 4 or w.ndim != 4:
        raise ShapeMismatch(f"{layout} and weight (KH, KW, C, O), but got {images.shape} and {w.shape}")
    if not w.size:
        raise ShapeMismatch(f"weight (KH, KW, C, O) is expected to have entries, but got {w.shape}")
