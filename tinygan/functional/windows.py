"""Windows, the patches of an image under a kernel at each of its positions; and `fold`, the adjoint of taking them."""

from tinygan.autograd.primitive import primitive
from tinygan.errors import ShapeMismatch


def pair(value, least=0):
    """(vertical, horizontal) for an int or a pair of ints. Raises ShapeMismatch for other values and below `least`."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or not all(hasattr(n, "__index__") and n >= least for n in both):
        raise ShapeMismatch(f"expected a whole number of at least {least}, or a pair of them, got {value!r}")
    return both


def output_size(shape, kernel, stride, padding):
    """(OH, OW), where OH = (H + 2 padding - KH) // stride + 1, for images of `shape` (N, H, W, C).

    Raises ShapeMismatch if the kernel does not fit.
    """
    (kh, kw), (sh, sw), (ph, pw), (_, h, w, _) = pair(tuple(kernel), 1), pair(stride, 1), pair(padding), shape
    if h + 2 * ph < kh or w + 2 * pw < kw:
        raise ShapeMismatch(f"a kernel of {kh, kw} does not fit into x of {shape} with padding {ph, pw}")
    return (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1


@primitive(lambda g, out, x, kernel, stride=1, padding=0: fold(g, x.shape[1:3], stride=stride, padding=padding))
def unfold(xp, x, kernel, stride=1, padding=0):
    """The window of x (N, H, W, C) at every position of a kernel: (N, OH, OW, KH, KW, C)."""
    kernel, (sh, sw), (ph, pw) = pair(kernel, 1), pair(stride, 1), pair(padding)
    shape = (len(x), *output_size(x.shape, kernel, stride, padding), *kernel, x.shape[3])
    x = xp.pad(x, ((0, 0), (ph, ph), (pw, pw), (0, 0))) if ph or pw else x
    n, h, w, c = x.strides  # sliding_window_view would wait for the GPU
    return xp.ascontiguousarray(xp.lib.stride_tricks.as_strided(x, shape, (n, sh * h, sw * w, h, w, c)))


@primitive(lambda g, out, y, size, stride=1, padding=0: unfold(g, y.shape[3:5], stride=stride, padding=padding))
def fold(xp, y, size, stride=1, padding=0):
    """The adjoint of unfold: the sum of windows y (N, OH, OW, KH, KW, C) in images (N, *size, C)."""
    n, oh, ow, kh, kw, c = y.shape
    (h, w), (sh, sw), (ph, pw) = size, pair(stride, 1), pair(padding)
    image = xp.zeros((n, h + 2 * ph, w + 2 * pw, c), y.dtype)
    for i in range(kh):
        for j in range(kw):
            image[:, i : i + sh * oh : sh, j : j + sw * ow : sw] += y[:, :, :, i, j]
    return xp.ascontiguousarray(image[:, ph : ph + h, pw : pw + w])
