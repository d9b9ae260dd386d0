"""The Wright omega function, Lambert's W of exp(y), without overflow or underflow of exp(y)."""

from tinygan.autograd.arithmetic import real
from tinygan.autograd.primitive import primitive

ITERATIONS = 5  # after four the error is at most 2e-9 for every y, and each one doubles the digits


@primitive(lambda g, out, y: g * (out / (1 + out)))
def wright_omega(xp, y):
    """The w > 0 with w + log w = y; Corless and Jeffrey 2002.

    y must be finite. Newton's method solves exp(s) + s = y for s = log w. The left side is convex and the start is at
    or above the root, so the iterates decrease to it.

    >>> import numpy as np
    >>> wright_omega(np.array([-1e4, 1.0, 1e4]))
    array([0.00000000e+00, 1.00000000e+00, 9.99079058e+03])
    """
    y = real(xp, y)
    s = xp.where(y > 1, xp.log(xp.maximum(y, 1)), y)
    for _ in range(ITERATIONS):
        w = xp.exp(s)
        s = s - (w + s - y) / (w + 1)
    return xp.exp(s)
