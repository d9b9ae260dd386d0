"""p_g in the plane, for z of two numbers: the images of the small triangles of a mesh over z.

The mesh has steps of equal probability under p_z on both axes, and each of its cells is cut into two triangles. G maps
the corners and counts as linear between them. So p_g(x) is the sum of p_z(z) area(triangle) / area(image) over the
images around x.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.autograd import raw
from tinygan.data import Normal, Uniform
from tinygan.data.density import as_points
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.theory.quadrature import lattice
from tinygan.theory.raster import Raster

STEPS = 128  # of equal probability, on each axis
TAIL = 20  # halvings of the first and of the last step
PARTS = 6  # of a step, for the probabilities of a raster
THIN = 1e-10  # an area of this share of the square of the longest side is 0
BUCKETS = 64  # on each axis, in which triangles near a point are looked up


class Mesh:
    """The distribution of x = G(z) in the plane, for a z of two independent numbers.

    G: a module or a function of float64 arrays (n, 2) to (n, 2), that maps each row on its own.
    prior: Normal(2) or Uniform(2).   steps: of the mesh on each axis. Twice as many leave about half of
    the error, or less, on the mean over points; at a single point it may grow.
    Raises SettingError for another prior, and if G(z) is not finite; ShapeMismatch if G does not map (n, 2) to (n, 2).
    `density` leaves out images without an area, and raises SettingError if their probability is above 1/2.

    >>> p_g = Mesh(lambda z: 2 * z, Uniform(2))  # uniform on [-2, 2]^2
    >>> p_g.density([[0.3, -1.1], [3.0, 0.0]]).round(9)
    array([0.0625, 0.    ])
    """

    shape = (2,)

    def __init__(self, G: Callable, prior: Any, steps: int = STEPS):
        if not isinstance(prior, Normal | Uniform) or prior.size != 2:
            raise SettingError(f"Mesh: expected the prior Normal(2) or Uniform(2), got {prior!r}")
        self.G, self.prior = G, prior
        self.axis, self.shares = _axis(replace(prior, size=1), steps)
        n = len(self.axis)
        self.z = lattice([self.axis, self.axis]).reshape(n, n, 2)
        x = np.asarray(raw(G(self.z.reshape(-1, 2))), np.float64)
        if x.shape != (n * n, 2):
            raise ShapeMismatch(f"Mesh: expected a G from (n, 2) to (n, 2), got {x.shape} for {(n * n, 2)}")
        if not np.isfinite(x).all():
            raise SettingError("p_g has no density: G(z) is not finite")
        self.x = x.reshape(n, n, 2)

    def density(self, x: ArrayLike) -> NDArray[np.float64]:
        """p_g(x) at x (n, 2), float64 (n,). Exact for a linear G; 0 where no image is."""
        points = as_points(x, 2)
        if self._thin > 1 / 2:
            raise SettingError(
                f"p_g has no density: G maps z of probability {self._thin:.3g} to a line or a point, which has no area"
            )
        if not len(points):
            return np.empty(0)
        point, triangle = self._near(points)
        corners, image, there = _triangles(self.z)[triangle], _triangles(self.x)[triangle], points[point]
        area = _area(*image.swapaxes(0, 1))
        with np.errstate(divide="ignore", invalid="ignore"):  # of images without an area
            u = _area(image[:, 0], there, image[:, 2]) / area
            v = _area(image[:, 0], image[:, 1], there) / area
            first = triangle < (len(self.axis) - 1) ** 2
            inside = np.where(
                first, (u >= 0) & (v >= 0) & (u + v < 1), (u > 0) & (v > 0) & (u + v <= 1)
            )  # no edge twice
        (a, b, c), u, v = corners[inside].swapaxes(0, 1), u[inside, np.newaxis], v[inside, np.newaxis]
        heights = self.prior.density(a + u * (b - a) + v * (c - a)) * abs(_area(a, b, c) / area[inside])
        return np.bincount(point[inside], heights, len(points)).astype(np.float64, copy=False)

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """log p_g(x) at x (n, 2), -inf where no image is."""
        with np.errstate(divide="ignore"):
            return np.log(self.density(x))

    def probabilities(self, raster: Raster) -> NDArray:
        """The probability of each box, of 36 points in each cell with their shares of its probability.

        A box with many points is exact; where a cell of the mesh is stretched over many boxes, they are few.
        """
        n = len(self.axis) - 1
        t = (np.arange(PARTS) + 0.5) / PARTS
        z = self.axis[:-1, np.newaxis] + np.diff(self.axis)[:, np.newaxis] * t  # (n, parts)
        p = replace(self.prior, size=1).density(z.ravel()).reshape(n, PARTS)
        shares = (p * (self.shares / p.sum(axis=1))[:, np.newaxis]).ravel()
        rows = (
            self.x[:-1, np.newaxis] * (1 - t)[:, np.newaxis, np.newaxis]
            + self.x[1:, np.newaxis] * t[:, np.newaxis, np.newaxis]
        )
        rows = rows.reshape(n * PARTS, n + 1, 1, 2)
        x = rows[:, :-1] * (1 - t)[:, np.newaxis] + rows[:, 1:] * t[:, np.newaxis]
        return np.bincount(raster.place(x.reshape(-1, 2)), np.outer(shares, shares).ravel(), raster.size)

    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """n draws, G of n draws of z; float64 (n, 2)."""
        return np.asarray(raw(self.G(self.prior.sample(n, rng).astype(np.float64))), np.float64)

    @cached_property
    def _thin(self) -> float:
        """The probability of the triangles whose images have no area, but for rounding."""
        image = _triangles(self.x)
        longest = np.max([((image[:, i] - image[:, i - 1]) ** 2).sum(axis=1) for i in range(3)], axis=0)
        thin = abs(_area(*image.swapaxes(0, 1))) <= THIN * longest
        return float(np.tile(np.outer(self.shares, self.shares).ravel() / 2, 2)[thin].sum())

    def _near(self, points: NDArray) -> tuple[NDArray, NDArray]:
        """(point, triangle): pairs of a point and a triangle whose image has a bounding box near the point."""
        margin = 1e-9 * np.maximum(1, abs(points).max(axis=0))
        raster = Raster(points.min(axis=0) - margin, points.max(axis=0) + margin, (BUCKETS, BUCKETS))
        image = _triangles(self.x)
        low, high = image.min(axis=1), image.max(axis=1)
        [some] = np.nonzero(((high >= raster.lower) & (low <= raster.upper)).all(axis=1))
        first, last = (np.stack(np.divmod(raster.place(end[some]), BUCKETS), axis=1) for end in (low, high))
        wide, tall = (last - first + 1).T
        number, i = _counted(wide * tall)
        bucket = (first[number, 0] + i // tall[number]) * BUCKETS + first[number, 1] + i % tall[number]
        order = np.argsort(bucket, kind="stable")
        bucket, triangle = bucket[order], some[number[order]]
        place = raster.place(points)
        start = np.searchsorted(bucket, place)
        point, i = _counted(np.searchsorted(bucket, place, side="right") - start)
        return point, triangle[start[point] + i]


def _axis(prior: Any, steps: int) -> tuple[NDArray, NDArray]:
    """The z of the mesh on one axis, and the probability of each step between them; the sum is 1."""
    [ends] = prior.breaks
    fine = np.unique(np.linspace(ends[:-1], ends[1:], 4097))
    at = prior.cumulative(fine)
    rises = np.diff(at, prepend=-1.0) > 0
    halves = 2.0 ** -np.arange(TAIL, 0, -1) / steps
    levels = np.concatenate([halves, np.arange(1, steps) / steps, 1 - halves[::-1]])
    z = np.interp(levels, at[rises], fine[rises])
    if isinstance(prior, Uniform):
        z = np.concatenate([[prior.low], z, [prior.high]])
    shares = np.diff(prior.cumulative(z))
    return z, shares / shares.sum()


def _triangles(grid: NDArray) -> NDArray:
    """The two triangles of each cell of a mesh of points (n, n, 2): (t, 3, 2)."""
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[:-1, 1:], grid[1:, 1:]
    return np.stack([np.stack([a, b, c], axis=2), np.stack([d, c, b], axis=2)]).reshape(-1, 3, 2)


def _area(a: NDArray, b: NDArray, c: NDArray) -> NDArray:
    """The area of the triangles a b c, with the sign of their orientation."""
    (x1, y1), (x2, y2) = (b - a).T, (c - a).T
    return (x1 * y2 - y1 * x2) / 2


def _counted(counts: NDArray) -> tuple[NDArray, NDArray]:
    """(which, i): each number of `counts` as often as it says, with i from 0 on.

    >>> _counted(np.array([2, 0, 1]))
    (array([0, 0, 2]), array([0, 1, 0]))
    """
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
