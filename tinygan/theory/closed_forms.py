"""Divergences and Wasserstein-1 in closed form: of two Gaussians on the line, of uniform distributions, of two dice.

The divergences are those of `objectives/divergences.py`, by their names there. JS of two Gaussians has no closed form.
"""

from math import erf, exp, inf, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from tinygan.data import Gaussian

LOADED = np.array([1, 1, 2, 1, 0, 1]) / 6  # a die that shows 3 twice as often, and no 5
FAIR = np.ones(6) / 6

LARGEST = 700.0  # an exponent above it counts as infinite

# D_f(LOADED, FAIR). With them in the other order, reverse-kl is kl and neyman is pearson.
DICE = {
    "kl": log(2) / 3,
    "reverse-kl": inf,  # the loaded die never shows 5
    "jeffrey": inf,
    "pearson": 1 / 3,
    "neyman": inf,
    "squared-hellinger": (2 - sqrt(2)) / 3,
    "total-variation": 1 / 6,
    "js": log(4 / 3) / 2,  # twice the Jensen-Shannon divergence
    "gan": log(4 / 3) / 2 - log(4),
}

# D_f(p, q) of p uniform on [0, 1] and q on [0, 2]: p / q is 2 and 0, each with q's probability 1/2.
HALF = {
    "kl": log(2),
    "reverse-kl": inf,
    "jeffrey": inf,
    "pearson": 1.0,
    "neyman": inf,
    "squared-hellinger": 2 - sqrt(2),
    "total-variation": 1 / 2,
    "js": log(4 / 3) + log(2 / 3) / 2 + log(2) / 2,
    "gan": log(4 / 3) + log(2 / 3) / 2 - log(2) * 3 / 2,
}


def kl(p: Gaussian, q: Gaussian) -> float:
    """KL(p, q) = log(s_q / s_p) + (s_p^2 + (m_p - m_q)^2) / (2 s_q^2) - 1/2, in nats.

    >>> kl(Gaussian(0.0, 1.0), Gaussian(3.0, 1.0))  # 3^2 / 2
    4.5
    """
    return log(q.std / p.std) + (p.std**2 + (p.mean - q.mean) ** 2) / (2 * q.std**2) - 1 / 2


def pearson(p: Gaussian, q: Gaussian) -> float:
    """E_q[(p / q - 1)^2], which is infinite unless q's variance is more than half of p's, or above 1e304."""
    excess = 2 * q.std**2 - p.std**2
    if excess <= 0:
        return inf
    exponent = (p.mean - q.mean) ** 2 / excess
    return q.std**2 / (p.std * sqrt(excess)) * exp(exponent) - 1 if exponent < LARGEST else inf


def squared_hellinger(p: Gaussian, q: Gaussian) -> float:
    """The integral of (sqrt p - sqrt q)^2, which is 2 minus twice the overlap of the roots."""
    total = p.std**2 + q.std**2
    return 2 - 2 * sqrt(2 * p.std * q.std / total) * exp(-((p.mean - q.mean) ** 2) / (4 * total))


def total_variation(p: Gaussian, q: Gaussian) -> float:
    """Half of the integral of |p - q|, from the probabilities between the points where p = q.

    >>> round(total_variation(Gaussian(0.0, 1.0), Gaussian(2.0, 1.0)), 6)  # 2 Phi(1) - 1
    0.682689
    """
    apart = q.mean - p.mean
    # log p - log q = a y^2 + b y + c at x = p.mean + y; in powers of x the terms would cancel far from 0
    a = (q.std**-2 - p.std**-2) / 2
    b = -apart / q.std**2
    c = (apart / q.std) ** 2 / 2 + log(q.std / p.std)
    crossings = p.mean + np.sort(np.roots(np.trim_zeros(np.array([a, b, c]), "f")))
    ends = np.concatenate([[-inf], crossings, [inf]])
    return float(abs(np.diff(p.cumulative(ends)) - np.diff(q.cumulative(ends))).sum() / 2)


def wasserstein1(p: Gaussian, q: Gaussian) -> float:
    """E|m + s z| with z from N(0, 1), for m and s the differences of the means and of the standard deviations.

    The best plan pairs the quantiles, which are m_p + s_p z and m_q + s_q z.
    """
    m, s = abs(p.mean - q.mean), abs(p.std - q.std)
    return m if s == 0 else s * sqrt(2 / pi) * exp(-((m / s) ** 2) / 2) + m * erf(m / (s * sqrt(2)))


def of_gaussians(p: Gaussian, q: Gaussian) -> dict[str, float]:
    """D_f(p, q) of two Gaussians, for each row of DIVERGENCES but those of JS."""
    return {
        "kl": kl(p, q),
        "reverse-kl": kl(q, p),
        "jeffrey": kl(p, q) + kl(q, p),
        "pearson": pearson(p, q),
        "neyman": pearson(q, p),
        "squared-hellinger": squared_hellinger(p, q),
        "total-variation": total_variation(p, q),
    }


def js_bounds(total_variation: float) -> tuple[float, float]:
    """The least and the largest JS(p, q) of all p and q with this total variation, in nats; after Lin 1991.

    The best classifier errs with probability e = (1 - TV) / 2, and log 2 - JS is the entropy of the class given x. That
    is between 2 e log 2 and h(e), the entropy of a coin. The first is reached where p / q is 0, 1 or infinite, the
    second where |log p / q| is constant.

    >>> js_bounds(0.5) == (log(2) - entropy_of_coin(1 / 4), log(2) / 2)
    True
    """
    return log(2) - entropy_of_coin((1 - total_variation) / 2), log(2) * total_variation


def entropy_of_coin(e: float) -> float:
    """-e log e - (1 - e) log(1 - e), in nats."""
    return -sum(each * log(each) for each in (e, 1 - e) if each > 0)


def moments(p: NDArray) -> tuple[float, float]:
    """The mean and the variance of a die whose faces 1, 2, ... have the probabilities p.

    >>> moments(np.array([0.5, 0.5]))
    (1.5, 0.25)
    """
    faces = np.arange(1, len(p) + 1)
    mean = float(p @ faces)
    return mean, float(p @ (faces - mean) ** 2)
