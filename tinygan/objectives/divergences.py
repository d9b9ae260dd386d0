"""The f-divergences D_f(p, q) = E_q[f(p / q)], with the functions that a game needs; Nowozin et al. 2016.

The rows are those of the paper's tables of f, f* and output activations (tables 1 and 2, 5 and 6). Every activation g_f
increases with v (section 2.4), so a large v means real. For this, rows with an upper bound of t contain exp(-v).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, log
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, raw

LOG_2 = log(2.0)


@dataclass(frozen=True)
class Divergence:
    """An f-divergence and its functions of arrays or Tensors of any shape.

    `composed` is f*(g_f(v)) in simplified form, which is exact at any v. The composition would lose precision.
    """

    name: str
    f: Callable  # of u = p / q > 0
    derivative: Callable  # f'(u), the t at which the bound is an equality; section 2.2
    conjugate: Callable  # f*(t) = sup over u of (u t - f(u)), for t in `domain`
    domain: tuple[float, float]  # where f* is finite
    activation: Callable  # g_f(v), from the real line into `domain`
    composed: Callable  # f*(g_f(v))
    best: Callable  # v(u) with g_f(v) = f'(u), the optimal output of D
    integrand: Callable  # q f(p / q) of log p and log q, float64 arrays; exact where p or q is 0, or too small a number


def exponential(x: Array) -> Array:
    """exp(x) up to x0, and its tangent at x0 above: x0 is 29.5 in float32, 236 in float64.

    exp(x0)**3 is the largest number of the dtype. So at x = 1e4, an output of D that is far off, the loss, its gradient
    and the square of the gradient are finite, and the gradient is not 0.

    >>> exponential(np.array([0.0, 1e4])).round(-106)
    array([0.e+000, 6.e+106])
    """
    top = F.minimum(x, log(float(np.finfo(x.dtype).max)) / 3)
    return F.exp(top) * (1 + x - top)


def _log_ratio(t: Array) -> Array:
    """log u for the u that maximizes u t - f(u), with Jeffrey's f: the root of log u - 1 / u = t - 1.

    For w = 1 / u this is w + log w = 1 - t. Then log u = -log w = w - (1 - t); the more precise form is chosen.
    """
    w = F.wright_omega(1 - t)
    large = raw(w) > 1
    return F.where(large, -F.log(F.where(large, w, 1.0)), w - (1 - t))


def _jeffrey(t: Array) -> Array:
    """f*(t) = W(exp(1 - t)) + 1 / W(exp(1 - t)) + t - 2 for Jeffrey's f; it is u - 1 + log u at the maximizing u."""
    log_u = _log_ratio(t)
    return exponential(log_u) - 1 + log_u


def weighted(p: Any, values: Any) -> Any:
    """p * values, 0 where p is 0: what is infinite there has no weight. NumPy arrays."""
    return np.where(p == 0, 0.0, p * values)


def _squared(log_p: Any, log_q: Any) -> Any:
    """p^2 / q, 0 where p is 0."""
    return np.where(log_p == -inf, 0.0, np.exp(2 * log_p - log_q))


def _softplus(x: Any) -> Any:
    """log(1 + exp(x))."""
    return np.logaddexp(0.0, x)


_ROWS = [
    # The integral of |p - q| / 2, in [0, 1]. The optimal t is 1/2 or -1/2; in float64 tanh(v) / 2 is that at v = 20.
    Divergence(
        "total-variation",
        f=lambda u: abs(u - 1) / 2,
        derivative=lambda u: F.where(raw(u) > 1, 0.5, F.where(raw(u) < 1, -0.5, 0.0 * u)),
        conjugate=lambda t: t,
        domain=(-0.5, 0.5),
        activation=lambda v: F.tanh(v) / 2,
        composed=lambda v: F.tanh(v) / 2,
        best=lambda u: F.where(raw(u) > 1, 20.0, F.where(raw(u) < 1, -20.0, 0.0 * u)),
        integrand=lambda p, q: abs(np.exp(p) - np.exp(q)) / 2,
    ),
    Divergence(
        "kl",
        f=lambda u: u * F.log(u),
        derivative=lambda u: 1 + F.log(u),
        conjugate=lambda t: exponential(t - 1),
        domain=(-inf, inf),
        activation=lambda v: v,
        composed=lambda v: exponential(v - 1),
        best=lambda u: 1 + F.log(u),
        integrand=lambda p, q: weighted(np.exp(p), p - q),
    ),
    Divergence(
        "reverse-kl",
        f=lambda u: -F.log(u),
        derivative=lambda u: -1 / u,
        conjugate=lambda t: -1 - F.log(-t),
        domain=(-inf, 0.0),
        activation=lambda v: -exponential(-v),
        composed=lambda v: v - 1,
        best=lambda u: F.log(u),
        integrand=lambda p, q: weighted(np.exp(q), q - p),
    ),
    # f* is the supremum over all real u, as in the paper. Over u > 0 it would have no gradient for t < -2.
    Divergence(
        "pearson",
        f=lambda u: (u - 1) ** 2,
        derivative=lambda u: 2 * (u - 1),
        conjugate=lambda t: t * t / 4 + t,
        domain=(-inf, inf),
        activation=lambda v: v,
        composed=lambda v: v * v / 4 + v,
        best=lambda u: 2 * (u - 1),
        integrand=lambda p, q: _squared(p, q) - 2 * np.exp(p) + np.exp(q),
    ),
    Divergence(
        "neyman",
        f=lambda u: (1 - u) ** 2 / u,
        derivative=lambda u: 1 - 1 / (u * u),
        conjugate=lambda t: 2 - 2 * F.sqrt(1 - t),
        domain=(-inf, 1.0),
        activation=lambda v: 1 - exponential(-v),
        composed=lambda v: 2 - 2 * exponential(-v / 2),
        best=lambda u: 2 * F.log(u),
        integrand=lambda p, q: _squared(q, p) - 2 * np.exp(q) + np.exp(p),
    ),
    Divergence(
        "squared-hellinger",  # the integral of (sqrt p - sqrt q)**2, in [0, 2]
        f=lambda u: (F.sqrt(u) - 1) ** 2,
        derivative=lambda u: 1 - 1 / F.sqrt(u),
        conjugate=lambda t: t / (1 - t),
        domain=(-inf, 1.0),
        activation=lambda v: 1 - exponential(-v),
        composed=lambda v: exponential(v) - 1,
        best=lambda u: F.log(u) / 2,
        integrand=lambda p, q: (np.exp(p / 2) - np.exp(q / 2)) ** 2,
    ),
    Divergence(
        "jeffrey",  # the sum of both KL divergences
        f=lambda u: (u - 1) * F.log(u),
        derivative=lambda u: F.log(u) + 1 - 1 / u,
        conjugate=_jeffrey,
        domain=(-inf, inf),
        activation=lambda v: v,
        composed=_jeffrey,
        best=lambda u: F.log(u) + 1 - 1 / u,
        integrand=lambda p, q: weighted(np.exp(p), p - q) + weighted(np.exp(q), q - p),
    ),
    # Twice the Jensen-Shannon divergence. Table 1 has a factor 1/2 in the divergence, but not in f, which is used here.
    Divergence(
        "js",
        f=lambda u: u * F.log(u) - (u + 1) * F.log((u + 1) / 2),
        derivative=lambda u: LOG_2 + F.log(u / (u + 1)),
        conjugate=lambda t: -F.log(2 - F.exp(t)),
        domain=(-inf, LOG_2),
        activation=lambda v: LOG_2 - F.softplus(-v),
        composed=lambda v: F.softplus(v) - LOG_2,
        best=lambda u: F.log(u),
        integrand=lambda p, q: (
            weighted(np.exp(p), LOG_2 - _softplus(q - p)) + weighted(np.exp(q), LOG_2 - _softplus(p - q))
        ),
    ),
    # Twice the Jensen-Shannon divergence minus log 4, the only row with f(1) != 0. Its losses are those of Minimax.
    Divergence(
        "gan",
        f=lambda u: u * F.log(u) - (u + 1) * F.log(u + 1),
        derivative=lambda u: F.log(u / (u + 1)),
        conjugate=lambda t: -F.log(1 - F.exp(t)),
        domain=(-inf, 0.0),
        activation=lambda v: -F.softplus(-v),
        composed=lambda v: F.softplus(v),
        best=lambda u: F.log(u),
        integrand=lambda p, q: -weighted(np.exp(p), _softplus(q - p)) - weighted(np.exp(q), _softplus(p - q)),
    ),
]

DIVERGENCES: dict[str, Divergence] = {row.name: row for row in _ROWS}
