"""The Wright omega function: Lambert's W of exp(y), for any y that is too large or too small to have its exp."""

from tinygan.autograd.arithmetic import real
from tinygan.autograd.primitive import primitive

ITERATIONS = 5  # the fourth is right to 2e-9 wherever y lies, and each doubles the digits


@primitive(lambda g, out, y: g * (out / (1 + out)))
def wright_omega(xp, y):
    """The w > 0 with w + log w = y; Corless and Jeffrey 2002.

    Newton's iterations for s = log w on the convex exp(s) + s = y, begun at or above its root, so that they only come
    down to it. y must be finite.

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
