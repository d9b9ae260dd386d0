"""Convolution is one trilinear form, <y, conv(x, w)>; its three partial derivatives are three primitives.

    conv2d(x, w)             what multiplies y        (N, OH, OW, O)
    conv_transpose2d(y, w)   what multiplies x        (N, H, W, C)      the adjoint of conv2d in x
    conv2d_weight(x, y)      what multiplies w        (KH, KW, C, O)    the adjoint of conv2d in w

The gradient of any of them with respect to any argument is another of them, so the three are closed at every order, and
a transposed convolution needs no mathematics of its own. x is (N, H, W, C), y is (N, OH, OW, O), w is (KH, KW, C, O).
Each is one matrix product with the columns of x: row (n, i, j) holds the window of x that output (n, i, j) sees.
"""

from tinygan.autograd.tensor import primitive
from tinygan.errors import ShapeMismatch

__all__ = ["conv2d", "conv2d_weight", "conv_transpose2d", "fold", "unfold"]


def pair(value, least=0):
    """A whole number for both directions, or (vertical, horizontal), as two; raises ShapeMismatch for anything else."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or not all(hasattr(n, "__index__") and n >= least for n in both):
        raise ShapeMismatch(f"expected a whole number of at least {least}, or a pair of them, got {value!r}")
    return both


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
    if x.ndim != 4 or w.ndim != 4:
        raise ShapeMismatch(f"x is (N, H, W, C) and weight (KH, KW, C, O), but got {x.shape} and {w.shape}")
    if x.shape[3] != w.shape[2]:
        raise ShapeMismatch(f"x has {x.shape[3]} channels, {x.shape}, but weight expects {w.shape[2]}, {w.shape}")
    columns = _windows(xp, x, w.shape[:2], pair(stride, 1), pair(padding))  # (N, OH, OW, KH, KW, C)
    n, oh, ow = columns.shape[:3]
    return (columns.reshape(n * oh * ow, -1) @ w.reshape(-1, w.shape[3])).reshape(n, oh, ow, -1)


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
    if y.ndim != 4 or w.ndim != 4:
        raise ShapeMismatch(f"y is (N, OH, OW, O) and weight (KH, KW, C, O), but got {y.shape} and {w.shape}")
    if y.shape[3] != w.shape[3]:
        raise ShapeMismatch(f"y has {y.shape[3]} channels, {y.shape}, but weight expects {w.shape[3]}, {w.shape}")
    n, oh, ow, _ = y.shape
    kh, kw, c, o = w.shape
    (sh, sw), (ph, pw), (eh, ew) = pair(stride, 1), pair(padding), pair(output_padding)
    if not (0 <= eh < sh and 0 <= ew < sw):
        raise ShapeMismatch(f"output_padding {eh, ew} must be less than the stride {sh, sw}")
    h, w_out = (oh - 1) * sh - 2 * ph + kh + eh, (ow - 1) * sw - 2 * pw + kw + ew
    if h < 1 or w_out < 1:
        raise ShapeMismatch(f"the result would have size {h, w_out}: padding {ph, pw} is too large for {kh, kw}")
    # The image is made of blocks of stride x stride pixels, and every block sees the same number of y's pixels, its
    # taps: so the blocks come from windows of y, in one matrix product, as if by a convolution of stride 1.
    sh, sw = (kh if oh == 1 else sh), (kw if ow == 1 else sw)  # one window alone has no neighbours to step to
    th, tw = -(-kh // sh), -(-kw // sw)
    rows, cols = -(-(h + 2 * ph) // sh), -(-(w_out + 2 * pw) // sw)
    around = xp.zeros((n, rows + th - 1, cols + tw - 1, o), y.dtype)
    around[:, th - 1 : th - 1 + oh, tw - 1 : tw - 1 + ow] = y
    taps = _windows(xp, around, (th, tw), (1, 1), (0, 0)).reshape(n * rows * cols, th * tw * o)
    kernel = xp.zeros((th * sh, tw * sw, c, o), w.dtype)
    kernel[:kh, :kw] = w
    kernel = kernel.reshape(th, sh, tw, sw, c, o)[::-1, :, ::-1].transpose(0, 2, 5, 1, 3, 4)  # (TH, TW, O, SH, SW, C)
    blocks = (taps @ kernel.reshape(th * tw * o, sh * sw * c)).reshape(n, rows, cols, sh, sw, c)
    image = blocks.transpose(0, 1, 3, 2, 4, 5).reshape(n, rows * sh, cols * sw, c)
    return xp.ascontiguousarray(image[:, ph : ph + h, pw : pw + w_out])


def _weight_x(g, out, x, y, kernel, stride=1, padding=0):
    extra = _unused(x.shape, g.shape, stride, padding)
    return conv_transpose2d(y, g, stride=stride, padding=padding, output_padding=extra)


@primitive(_weight_x, lambda g, out, x, y, kernel, stride=1, padding=0: conv2d(x, g, stride=stride, padding=padding))
def conv2d_weight(xp, x, y, kernel, stride=1, padding=0):
    """The adjoint of conv2d in w: x (N, H, W, C) and y (N, OH, OW, O) give (KH, KW, C, O), for kernel = (KH, KW)."""
    kernel = pair(kernel, 1)
    columns = _windows(xp, x, kernel, pair(stride, 1), pair(padding))  # (N, OH, OW, KH, KW, C)
    if columns.shape[:3] != y.shape[:3]:
        raise ShapeMismatch(f"x {x.shape} has {columns.shape[:3]} windows, but y is {y.shape}")
    o = y.shape[3]
    return (columns.reshape(y.size // o, -1).T @ y.reshape(-1, o)).reshape(*kernel, x.shape[3], o)


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
    n, h, w, c = x.shape
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride, padding
    if h + 2 * ph < kh or w + 2 * pw < kw:
        raise ShapeMismatch(f"a kernel of {kh, kw} does not fit into x of {x.shape} with padding {ph, pw}")
    if ph or pw:
        padded = xp.zeros((n, h + 2 * ph, w + 2 * pw, c), x.dtype)
        padded[:, ph : ph + h, pw : pw + w] = x
        x = padded
    oh, ow = (x.shape[1] - kh) // sh + 1, (x.shape[2] - kw) // sw + 1
    s_n, s_h, s_w, s_c = x.strides
    strides = (s_n, sh * s_h, sw * s_w, s_h, s_w, s_c)
    return xp.lib.stride_tricks.as_strided(x, (n, oh, ow, kh, kw, c), strides)
