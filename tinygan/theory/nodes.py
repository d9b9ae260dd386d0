"""p_data, p_g and D at the same points, from which one sum each gives JS, the gap of D, and its distance from D*.

The points are the nodes of a quadrature, or the boxes of a raster. The adaptive quadrature of the other files gives
more digits and takes longer; a run is watched with this.
"""

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tinygan import functional as F
from tinygan.objectives import DIVERGENCES
from tinygan.objectives.divergences import weighted
from tinygan.theory.pushforward import Pushforward
from tinygan.theory.quadrature import merged
from tinygan.theory.raster import Raster
from tinygan.theory.value import log_ratio

NODES = 8  # of the Gauss-Legendre rule between two breaks
NOTHING = 1e-15  # p_data below this at both ends of an interval, which lies outside p_g's range, leaves it out
EMPTY = 1e-10  # a probability below this leaves a box out


class Nodes(NamedTuple):
    """x: (n, d), the points.   weights: (n,).   log_p, log_q: (n,), of p_data and p_g there.

    >>> both = Nodes(np.zeros((2, 1)), np.ones(2), np.log([0.5, 0.5]), np.log([0.25, 0.75]))
    >>> both.optimal.round(6)  # p / (p + q)
    array([0.666667, 0.4     ])
    """

    x: NDArray
    weights: NDArray
    log_p: NDArray
    log_q: NDArray

    @classmethod
    def on_line(cls, p: Any, q: Pushforward) -> tuple[Self, float]:
        """(the nodes of a quadrature with the breaks of both, W1 of p and q)."""
        [breaks] = merged(p.breaks, q.breaks)
        there, (low, high) = p.density(breaks) > NOTHING, q.range
        beside = there[:-1] | there[1:] | ((breaks[1:] > low) & (breaks[:-1] < high))
        lower, sides = breaks[:-1][beside], np.diff(breaks)[beside]
        nodes, weights = np.polynomial.legendre.leggauss(NODES)  # on [-1, 1]
        x = (lower[:, np.newaxis] + sides[:, np.newaxis] * (1 + nodes) / 2).ravel()
        rule = (sides[:, np.newaxis] * weights / 2).ravel()
        inside = (x > low) & (x < high)  # outside p_g is below 1e-12, and finding z takes longest
        log_q, cumulative = np.full(len(x), -np.inf), (x >= high) * 1.0
        log_q[inside], cumulative[inside] = q.at(x[inside])
        distance = float(rule @ abs(p.cumulative(x) - cumulative))
        return cls(x[:, np.newaxis], rule, p.log_density(x), log_q), distance

    @classmethod
    def on_raster(cls, raster: Raster, p: NDArray, q: NDArray) -> Self:
        """The boxes of a raster with more than 1e-10 of p or of q, vectors of probabilities."""
        some = p + q > EMPTY
        with np.errstate(divide="ignore"):
            return cls(raster.centres[some], np.ones(some.sum()), np.log(p[some]), np.log(q[some]))

    def jensen_shannon(self) -> float:
        """JS(p_data, p_g)."""
        with np.errstate(invalid="ignore"):
            return float(self.weights @ DIVERGENCES["js"].integrand(self.log_p, self.log_q)) / 2

    @property
    def logit(self) -> NDArray:
        """That of D*: log p_data - log p_g; 0 where both are 0."""
        return log_ratio(self.log_p, self.log_q)

    @property
    def optimal(self) -> NDArray:
        """D* = p_data / (p_data + p_g)."""
        return F.sigmoid(self.logit)

    def gap(self, logits: NDArray) -> float:
        """C(G) - V(D, G), which is at least 0: E_p[log D* - log D] + E_q[log(1 - D*) - log(1 - D)].

        logits: those of D at x, (n,).
        """
        best = self.logit
        with np.errstate(invalid="ignore"):  # where a D* of 0 or 1 meets itself, p or q is 0
            of_p = np.logaddexp(0, -logits) - np.logaddexp(0, -best)
            of_q = np.logaddexp(0, logits) - np.logaddexp(0, best)
            return float(self.weights @ (weighted(np.exp(self.log_p), of_p) + weighted(np.exp(self.log_q), of_q)))

    def distances(self, logits: NDArray) -> tuple[float, float]:
        """E|D - D*| under p_data, and under p_g.   logits: those of D at x, (n,)."""
        apart = abs(F.sigmoid(logits) - self.optimal)
        return float(self.weights @ (np.exp(self.log_p) * apart)), float(self.weights @ (np.exp(self.log_q) * apart))
