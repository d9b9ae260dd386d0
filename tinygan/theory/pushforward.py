"""p_g on the line: the density of G(z) as a sum over the preimages of x, p_z(z_i) / |G'(z_i)|.

`monotone.py` cuts G into pieces and finds the preimages. `mesh.py` has p_g in the plane.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.density import as_points
from tinygan.errors import SettingError
from tinygan.objectives.divergences import weighted
from tinygan.theory.mesh import Mesh
from tinygan.theory.monotone import ATOM, MonotonePieces
from tinygan.theory.quadrature import Integral, boxes, integral, merged

STEPS = 1024  # steps of equal probability under p_z in which G is looked at
PANELS = 32  # steps of equal probability on whose images p_g counts as smooth
CLUSTER = 25  # breaks on each side of a critical value, each at a quarter of the distance of the one before
REST = 1e-12  # probability of z at each end that `range` leaves out


class Pushforward:
    """The distribution of x = G(z), each one number, for `f_divergence`, `value`, `wasserstein1` and the others.

    G: a continuous module or function of arrays and Tensors, float64 (n, 1) to (n, 1), that maps each row on its own.
    prior: the distribution of z, with `log_density`, `cumulative`, `breaks` and `sample`, such as `Normal(1)`.
    steps: of equal probability, in which G is looked at. A fold within a step is not seen, nor are two bends close
    together. Of random nets of 64 ReLUs the default has left out 1e-7 of an integral over x, and 256 steps 2e-3.
    Beyond the last break of p_z, 1,000 standard deviations of a normal z, it counts as a straight line.
    cluster: the number of breaks on each side of a critical value, where G' = 0. There the density is infinite, but not
    its integral, so the breaks are dense.
    Raises SettingError if G is constant, or not finite, on z of a probability above 1e-9: then p_g has no density.
    Raises SettingError, too, if z is no number with such a prior, or steps is below 1.
    Raises ShapeMismatch if G does not map (n, 1) to (n, 1).

    >>> from tinygan.data import Normal
    >>> Pushforward(lambda z: 2 * z + 1, Normal(1)).density([1.0, 3.0]).round(6)  # of N(1, 2^2)
    array([0.199471, 0.120985])
    """

    shape = (1,)

    def __init__(self, G: Callable, prior: Any, steps: int = STEPS, cluster: int = CLUSTER):
        if not (hasattr(prior, "breaks") and len(prior.breaks) == 1):
            raise SettingError(f"Pushforward: expected the prior of one number, such as Normal(1), got {prior!r}")
        if steps < 1:
            raise SettingError(f"Pushforward: steps is expected to be at least 1, got {steps}")
        self.pieces, self.prior, self.cluster = MonotonePieces(G, prior, steps), prior, cluster

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """log p_g(x) at x (n,) or (n, 1), float64 (n,); -inf outside the range of G, large but finite where G' = 0."""
        return self.at(x)[0]

    def density(self, x: ArrayLike) -> NDArray[np.float64]:
        """p_g(x), the sum of p_z(z_i) / |G'(z_i)| over the preimages."""
        return np.exp(self.log_density(x))

    def cumulative(self, x: ArrayLike) -> NDArray[np.float64]:
        """P(G(z) <= x) at x (n,) or (n, 1), float64 (n,)."""
        return self.at(x)[1]

    def at(self, x: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(log_density, cumulative) at x, for one search for the preimages."""
        points, (point, piece, z, slope) = as_points(x, 1)[:, 0], self.pieces.preimages(x)
        total = self._log_density_beyond(points)
        np.logaddexp.at(total, point, self.prior.log_density(z) - np.log(slope))
        start, stop = np.array(self.pieces.ends).T
        at = self.prior.cumulative(self.pieces.z)
        rises = self.pieces.direction[start] > 0
        top = np.where(rises, self.pieces.x[stop], self.pieces.x[start])  # the largest value of each piece
        whole = (top < points[:, np.newaxis]) @ (at[stop] - at[start])
        upto = self.prior.cumulative(z)
        part = np.where(rises[piece], upto - at[start][piece], at[stop][piece] - upto)
        return total, whole + np.bincount(point, part, len(points))

    @np.errstate(over="ignore")
    def _log_density_beyond(self, x: NDArray) -> NDArray:
        """The part of z beyond the first and the last that were looked at, where G counts as a straight line.

        It is 0 in float64, but not its logarithm, which the ratio of two densities needs. A uniform z has no such part.
        """
        total = np.full(len(x), -np.inf)
        for end, side in ((0, -1), (-1, 1)):
            z, slope = self.pieces.z[end], self.pieces.slope[end]
            if slope:
                away = side * (x - self.pieces.x[end]) / slope
                beyond = z + side * np.maximum(away, np.spacing(abs(z)))  # not z itself, which rounding would make it
                found = self.prior.log_density(beyond) - np.log(abs(slope))
                total = np.where(away > 0, np.logaddexp(total, found), total)
        return total

    @property
    def breaks(self) -> list[NDArray[np.float64]]:
        """Coordinates between which the density is smooth, dense beside critical values, and outside which it is 0."""
        z, slope = self.pieces.z, abs(self.pieces.slope)
        levels = self.prior.cumulative(z)
        equal = np.interp(np.arange(1, PANELS) / PANELS, levels, z)
        some = (levels > ATOM) & (levels < 1 - ATOM)
        steep = np.log(np.maximum(slope, 1e-6 * slope[some].max()))
        bends = np.floor(np.cumsum(abs(np.diff(steep, prepend=steep[0]))))  # a break where G' has changed e-fold
        bent = z[(np.diff(bends, prepend=0) > 0) & some]
        smooth = np.concatenate([equal, bent, self.pieces.kinks(levels), np.clip(self.prior.breaks[0], z[0], z[-1])])
        images, low, high = self.pieces.slopes(smooth)[0], self.pieces.x.min(), self.pieces.x.max()
        spread = float(np.ptp(self.pieces.slopes(equal)[0]))
        return merged([np.clip(np.concatenate([images, self._critical(levels, spread), [low, high]]), low, high)])

    def _critical(self, levels: NDArray, spread: float) -> NDArray:
        """The critical values and the ends of pieces, with breaks on both sides, dense towards them."""
        ends = {end for piece in self.pieces.ends for end in piece} | set(np.flatnonzero(self.pieces.slope == 0))
        values = self.pieces.x[[end for end in sorted(ends) if 0 < levels[end] < 1]][:, np.newaxis]
        steps = spread * 4.0 ** -np.arange(self.cluster)
        return np.concatenate([(values - steps).ravel(), values.ravel(), (values + steps).ravel()])

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest x of all z but those of a probability of 1e-12 at most at both ends."""
        levels = self.prior.cumulative(self.pieces.z)
        first = np.searchsorted(levels, REST, side="right") - 1
        stop = np.searchsorted(levels, 1 - REST) + 1
        some = self.pieces.x[max(first, 0) : stop]
        return float(some.min()), float(some.max())

    def expectation(self, f: Callable) -> Integral:
        """E[f(x)] under p_g, as the integral of p_z(z) f(G(z)) over z.   f: of points (n, 1) to numbers (n,)."""
        inside = self.prior.breaks[0]
        inside = inside[(inside > self.pieces.z[0]) & (inside < self.pieces.z[-1])]
        z = merged([np.concatenate([inside, self.pieces.z[[0, -1]], self.pieces.z[self.pieces.slope == 0]])])

        @np.errstate(invalid="ignore")
        def part(z: NDArray) -> NDArray:
            return weighted(np.exp(self.prior.log_density(z)), f(self.pieces.slopes(z[:, 0])[0][:, np.newaxis]))

        return integral(part, *boxes(z))

    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """n draws, G of n draws of z; float64 (n, 1)."""
        return self.pieces.slopes(self.prior.sample(n, rng)[:, 0].astype(np.float64))[0][:, np.newaxis]


def distribution_of(G: Callable, prior: Any) -> Pushforward | Mesh:
    """p_g, the distribution of G(z): a `Pushforward` if z and x have one number, a `Mesh` if both have two.

    Raises SettingError for a z of more numbers, whose p_g is no sum over preimages, and the errors of both classes.
    """
    if prior.size > 2:
        raise SettingError(
            f"p_g is computed for z of 1 number on the line and of 2 in the plane, got {prior.size}; "
            "Raster.of_samples estimates it from samples"
        )
    return Pushforward(G, prior) if prior.size == 1 else Mesh(G, prior)
