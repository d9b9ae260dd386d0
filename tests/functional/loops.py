"""The trilinear form <y, conv(x, w)> written out, term by term: what the three primitives are compared with."""

import itertools

import numpy as np


def out_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


def terms(y_shape, x_shape, w_shape, stride, padding):
    """The indices (of y, of x, of w) of every term: six nested loops for each example, padding left out."""
    n_, oh, ow, o_ = y_shape
    _, h, w, c_ = x_shape
    kh, kw = w_shape[:2]
    for n, i, j, u, v, c, o in itertools.product(*map(range, (n_, oh, ow, kh, kw, c_, o_))):
        r, s = i * stride[0] + u - padding[0], j * stride[1] + v - padding[1]
        if 0 <= r < h and 0 <= s < w:
            yield (n, i, j, o), (n, r, s, c), (u, v, c, o)


def conv2d(x, w, stride, padding):
    size = [out_size(x.shape[1 + d], w.shape[d], stride[d], padding[d]) for d in (0, 1)]
    y = np.zeros((x.shape[0], *size, w.shape[3]))
    for at_y, at_x, at_w in terms(y.shape, x.shape, w.shape, stride, padding):
        y[at_y] += x[at_x] * w[at_w]
    return y


def conv_transpose2d(y, w, stride, padding, output_padding):
    size = [
        (y.shape[1 + d] - 1) * stride[d] - 2 * padding[d] + w.shape[d] + output_padding[d] for d in (0, 1)
    ]  # PyTorch's formula
    x = np.zeros((y.shape[0], *size, w.shape[2]))
    for at_y, at_x, at_w in terms(y.shape, x.shape, w.shape, stride, padding):
        x[at_x] += y[at_y] * w[at_w]
    return x


def conv2d_weight(x, y, kernel, stride, padding):
    w = np.zeros((*kernel, x.shape[3], y.shape[3]))
    for at_y, at_x, at_w in terms(y.shape, x.shape, w.shape, stride, padding):
        w[at_w] += y[at_y] * x[at_x]
    return w
