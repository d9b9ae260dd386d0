"""Convolution is one trilinear form, <y, conv(x, w)>; its three partial derivatives are three primitives.

    conv2d(x, w)             what multiplies y        (N, OH, OW, O)
    conv_transpose2d(y, w)   what multiplies x        (N, H, W, C)      the adjoint of conv2d in x
    conv2d_weight(x, y)      what multiplies w        (KH, KW, C, O)    the adjoint of conv2d in w

The gradient of any of them with respect to any argument is another of them, so the three are closed at every order, and
a transposed convolution needs no mathematics of its own. x is (N, H, W, C), y is (N, OH, OW, O), w is (KH, KW, C, O).

Each is a few matrix products. The padded image is cut into bands as high as the stride, and the kernel into strips of
that height (bands.py); with w_i for the rows of w that are strip i, and bands_i for the bands that it meets:

    conv2d             y = sum over i of bands_i @ w_i
    conv2d_weight      w_i = bands_i.T @ y
    conv_transpose2d   bands_i += y @ w_i.T, and the bands are folded back into an image
"""

from tinygan.autograd.arithmetic import product
from tinygan.autograd.primitive import primitive
from tinygan.errors import ShapeMismatch
from tinygan.functional.bands import cut_into_bands, pair

__all__ = ["conv2d", "conv2d_weight", "conv_transpose2d", "fold", "unfold"]


def _conv2d_x(g, out, x, w, stride=1, padding=0):
    extra = _unused(x.shape, w.shape, stride, padding)
    return conv_transpose2d(g, w, stride=stride, padding=padding, output_padding=extra)


@primitive(
    _conv2d_x,
    lambda g, out, x, w, stride=1, padding=0: conv2d_weight(x, g, w.shape[:2], stride=stride, padding=padding),
)
def conv2d(xp, x, w, stride=1, padding=0):
    """Cross-correlation of images x (N, H, W, C) with w (KH, KW, C, O): (N, OH, OW, O).

    OH = (H + 2 padding - KH) // stride + 1.
    stride, padding: an int, or (vertical, horizontal). Raises ShapeMismatch if channels differ or the kernel does not
    fit.
    """
    _expect_layout("x is (N, H, W, C)", x, w)
    if x.shape[3] != w.shape[2]:
        raise ShapeMismatch(f"x has {x.shape[3]} channels, {x.shape}, but weight expects {w.shape[2]}, {w.shape}")
    cut = cut_into_bands(x.shape, w.shape[:2], stride, padding)
    bands, w = cut.bands(xp, x), w.reshape(-1, w.shape[3])
    (band, strip), *others = cut.meetings(bands)
    y = product(xp, band, w[strip])
    for band, strip in others:
        y += product(xp, band, w[strip])
    return y.reshape(cut.oh, cut.n, cut.ow, y.shape[1]).transpose(1, 0, 2, 3)


@primitive(
    lambda g, out, y, w, stride=1, padding=0, output_padding=0: conv2d(g, w, stride=stride, padding=padding),
    lambda g, out, y, w, stride=1, padding=0, output_padding=0: conv2d_weight(
        g, y, w.shape[:2], stride=stride, padding=padding
    ),
)
def conv_transpose2d(xp, y, w, stride=1, padding=0, output_padding=0):
    """The adjoint of conv2d in x: y (N, OH, OW, O) and w (KH, KW, C, O) give (N, H, W, C).

    H = (OH - 1) stride - 2 padding + KH + output_padding.
    output_padding, less than the stride, chooses among the sizes H that conv2d maps to one OH.
    Raises ShapeMismatch if channels differ or the output would be empty.
    """
    _expect_layout("y is (N, OH, OW, O)", y, w)
    if y.shape[3] != w.shape[3]:
        raise ShapeMismatch(f"y has {y.shape[3]} channels, {y.shape}, but weight expects {w.shape[3]}, {w.shape}")
    kernel, step, around, extra = w.shape[:2], pair(stride, 1), pair(padding), pair(output_padding)
    if not (extra[0] < step[0] and extra[1] < step[1]):
        raise ShapeMismatch(f"output_padding {extra} must be less than the stride {step}")
    size = tuple(
        (n - 1) * s - 2 * p + k + e for n, s, p, k, e in zip(y.shape[1:3], step, around, kernel, extra, strict=True)
    )
    if min(size) < 1:
        raise ShapeMismatch(f"the result would have size {size}: padding {around} is too large for {kernel}")
    cut = cut_into_bands((len(y), *size, w.shape[2]), kernel, stride, padding)
    y, w = cut.rows(y), w.reshape(-1, w.shape[3])
    image = cut.blank(xp, xp.result_type(y, w))
    for slab in cut.slabs(xp):  # so few bands at a time that they are still in cache when they are folded
        bands = xp.empty((len(slab) * cut.places, cut.width), image.dtype)
        for i, strip in enumerate(cut.strips()):
            met, under = cut.under(slab, i)
            part = bands[under, : len(w[strip])]
            if i:
                part += product(xp, y[met], w[strip].T)
            else:
                product(xp, y[met], w[strip].T, into=part)
                bands[len(part) :] = 0
                bands[:, part.shape[1] :] = 0
        cut.fold(xp, bands, image[slab.start : slab.stop])
    return cut.inside(xp, image)


def _expect_layout(said, images, w):
    """Raises ShapeMismatch unless both have four axes and the weight has entries."""
    if images.ndim != 4 or w.ndim != 4:
        raise ShapeMismatch(f"{said} and weight (KH, KW, C, O), but got {images.shape} and {w.shape}")
    if not w.size:
        raise ShapeMismatch(f"weight (KH, KW, C, O) is expected to have entries, but got {w.shape}")


def _weight_x(g, out, x, y, kernel, stride=1, padding=0):
    extra = _unused(x.shape, g.shape, stride, padding)
    return conv_transpose2d(y, g, stride=stride, padding=padding, output_padding=extra)


@primitive(_weight_x, lambda g, out, x, y, kernel, stride=1, padding=0: conv2d(x, g, stride=stride, padding=padding))
def conv2d_weight(xp, x, y, kernel, stride=1, padding=0):
    """The adjoint of conv2d in w: x (N, H, W, C) and y (N, OH, OW, O) give (KH, KW, C, O), for kernel = (KH, KW)."""
    kernel = pair(kernel, 1)
    cut = cut_into_bands(x.shape, kernel, stride, padding)
    if y.shape[:3] != (cut.n, cut.oh, cut.ow):
        raise ShapeMismatch(f"x {x.shape} has {(cut.n, cut.oh, cut.ow)} windows, but y is {y.shape}")
    bands, y = cut.bands(xp, x), cut.rows(y)
    w = xp.empty((kernel[0] * kernel[1] * cut.c, y.shape[1]), xp.result_type(x, y))
    for band, strip in cut.meetings(bands):
        product(xp, band.T, y, into=w[strip])
    return w.reshape(*kernel, cut.c, w.shape[1])


def _unused(x_shape, w_shape, stride, padding):
    """How many rows and columns at the end of x no window reaches."""
    return tuple(
        (size + 2 * p - k) % s
        for size, k, s, p in zip(x_shape[1:3], w_shape[:2], pair(stride, 1), pair(padding), strict=True)
    )


@primitive(
    lambda g, out, x, kernel, stride=1, padding=0: fold(g, x.shape[1:3], stride=stride, padding=padding),
)
def unfold(xp, x, kernel, stride=1, padding=0):
    """Every window of x (N, H, W, C) that a kernel would see: (N, OH, OW, KH, KW, C)."""
    return xp.ascontiguousarray(_windows(xp, x, pair(kernel, 1), pair(stride, 1), pair(padding)))


@primitive(
    lambda g, out, y, size, stride=1, padding=0: unfold(g, y.shape[3:5], stride=stride, padding=padding),
)
def fold(xp, y, size, stride=1, padding=0):
    """The adjoint of unfold: windows y (N, OH, OW, KH, KW, C) added up where they overlap, into (N, *size, C)."""
    n, oh, ow, kh, kw, c = y.shape
    (h, w), (sh, sw), (ph, pw) = size, pair(stride, 1), pair(padding)
    image = xp.zeros((n, h + 2 * ph, w + 2 * pw, c), y.dtype)
    for i in range(kh):
        for j in range(kw):
            image[:, i : i + sh * oh : sh, j : j + sw * ow : sw] += y[:, :, :, i, j]
    return xp.ascontiguousarray(image[:, ph : ph + h, pw : pw + w])


def _windows(xp, x, kernel, stride, padding):
    """A view of the windows of x: (N, OH, OW, KH, KW, C)."""
    cut = cut_into_bands(x.shape, kernel, stride, padding)
    if cut.ph or cut.pw:
        padded = xp.zeros((cut.n, cut.h + 2 * cut.ph, cut.w + 2 * cut.pw, cut.c), x.dtype)
        padded[:, cut.ph : cut.ph + cut.h, cut.pw : cut.pw + cut.w] = x
        x = padded
    s_n, s_h, s_w, s_c = x.strides
    strides = (s_n, cut.sh * s_h, cut.sw * s_w, s_h, s_w, s_c)
    return xp.lib.stride_tricks.as_strided(x, (cut.n, cut.oh, cut.ow, cut.kh, cut.kw, cut.c), strides)
