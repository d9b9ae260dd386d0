"""p_g in the plane, for z of two numbers: the images of small triangles of z, each with its probability.

The mesh has steps of equal probability under p_z on both axes. Each of its cells is cut into two triangles. G maps
their corners and counts as linear between them: p_g(x) is the sum of p_z(z) area(triangle) / area(image) over the
images around x.
"""

from collections.abc import Callable
from dataclasses import replace
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
WHOLE = 1e-9  # the probability of a triangle below which it is not cut
CLOSE = 1e-9  # the distance from a line, in boxes, within which a corner lies on it


class Mesh:
    """The distribution of x = G(z) in the plane, for a z of two independent numbers, on triangles.

    G: a module or a function of float64 arrays (n, 2) to (n, 2), that maps each row on its own.
    prior: Normal(2) or Uniform(2).   steps: of the mesh on each axis; halving them divides the error by four.
    corners: (t, 3, 2), of the images.   mass: (t,), their probabilities.
    Raises SettingError for another prior, and if G(z) is not finite; ShapeMismatch if G does not map (n, 2) to (n, 2).

    >>> p_g = Mesh(lambda z: 2 * z, Uniform(2))  # uniform on [-2, 2]^2
    >>> p_g.density([[0.3, -1.1], [3.0, 0.0]]).round(9)
    array([0.0625, 0.    ])
    """

    shape = (2,)

    def __init__(self, G: Callable, prior: Any, steps: int = STEPS):
        if not isinstance(prior, Normal | Uniform) or prior.size != 2:
            raise SettingError(f"Mesh: expected the prior Normal(2) or Uniform(2), got {prior!r}")
        self.G, self.prior = G, prior
        axis, shares = _axis(prior, steps)
        z = lattice([axis, axis])
        x = np.asarray(raw(G(z)), np.float64)
        if x.shape != z.shape:
            raise ShapeMismatch(f"Mesh: expected a G from (n, 2) to (n, 2), got {x.shape} of {z.shape}")
        if not np.isfinite(x).all():
            raise SettingError("p_g has no density: G(z) is not finite")
        self.z, self.x = _triangles(z, len(axis)), _triangles(x, len(axis))
        weight = prior.density(self.z.mean(axis=1)) * abs(_area(self.z))
        cells = np.outer(shares, shares).ravel()  # the probability of a cell, exactly
        self.mass = (weight.reshape(2, -1) * cells / weight.reshape(2, -1).sum(axis=0)).ravel()

    def probabilities(self, raster: Raster) -> NDArray:
        """The probability of each box: every triangle is cut along the lines of the raster."""
        _, box, mass = self._cut(raster)
        return np.bincount(box, mass, minlength=int(np.prod(raster.counts)))

    def density(self, x: ArrayLike) -> NDArray[np.float64]:
        """p_g(x) at x (n, 2), float64 (n,): the sum of probability / area over the triangles around x."""
        points = as_points(x, 2)
        lower, upper = points.min(axis=0) - 1e-9, points.max(axis=0) + 1e-9
        raster = Raster(lower, upper, (64, 64))  # to find the triangles near a point
        triangle, box, _ = self._cut(raster, least=0.0)
        pairs = np.unique(np.stack([box, triangle], axis=1), axis=0)
        first, stop = (np.searchsorted(pairs[:, 0], raster.place(points), side=side) for side in ("left", "right"))
        counts = stop - first
        point = np.repeat(np.arange(len(points)), counts)
        candidate = pairs[np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts), 1]
        corners, image, there = self.z[candidate], self.x[candidate], points[point]
        area = _area(image)
        with np.errstate(divide="ignore", invalid="ignore"):
            u = _area(np.stack([image[:, 0], there, image[:, 2]], axis=1)) / area
            v = _area(np.stack([image[:, 0], image[:, 1], there], axis=1)) / area
            inside = (u >= 0) & (v >= 0) & (u + v < 1)
        u, v, area = u[inside, np.newaxis], v[inside, np.newaxis], area[inside]
        a, b, c = (corners[inside, i] for i in range(3))
        heights = self.prior.density(a + u * (b - a) + v * (c - a)) * abs(_area(corners[inside]) / area)
        return np.bincount(point[inside], heights, len(points))

    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """n draws, G of n draws of z; float64 (n, 2)."""
        return np.asarray(raw(self.G(self.prior.sample(n, rng).astype(np.float64))), np.float64)

    def _cut(self, raster: Raster, least: float = WHOLE) -> tuple[NDArray, NDArray, NDArray]:
        """(triangle, box, mass) of the parts of all triangles, each in one box. Those below `least` stay whole."""
        corners = np.concatenate([(self.x - raster.lower) / raster.sides, self.z], axis=2)
        triangle = np.arange(len(corners))
        for axis, count in enumerate(raster.counts):
            waiting, numbers = corners, triangle
            corners, triangle = [], []
            while len(waiting):
                ends = np.clip([waiting[:, :, axis].min(axis=1), waiting[:, :, axis].max(axis=1)], 0, count)
                line = np.round(ends.mean(axis=0))
                wide = (ends[0] < line - CLOSE) & (line + CLOSE < ends[1]) & (self.mass[numbers] >= least)
                corners.append(waiting[~wide])
                triangle.append(numbers[~wide])
                waiting, numbers = _parts(waiting[wide], axis, line[wide]), np.tile(numbers[wide], 3)
            corners, triangle = np.concatenate(corners), np.concatenate(triangle)
        place = np.clip(np.floor(corners[:, :, :2].mean(axis=1)), 0, np.array(raster.counts) - 1).astype(np.int64)
        weight = self.prior.density(corners[:, :, 2:].mean(axis=1)) * abs(_area(corners[:, :, 2:]))
        whole = np.bincount(triangle, weight, len(self.mass))
        return triangle, np.ravel_multi_index(tuple(place.T), raster.counts), self.mass[triangle] * weight / whole[triangle]


def _axis(prior: Any, steps: int) -> tuple[NDArray, NDArray]:
    """The z of the mesh on one axis, and the probability of each step between them, with sum 1."""
    one = replace(prior, size=1)
    [ends] = one.breaks
    fine = np.unique(np.linspace(ends[:-1], ends[1:], 4097))
    halves = 2.0 ** -np.arange(TAIL + 1) / steps
    levels = np.concatenate([halves[:0:-1], np.arange(1, steps) / steps, 1 - halves[1:]])
    at = one.cumulative(fine)
    rising = np.concatenate([[True], np.diff(at) > 0])
    z = np.interp(levels, at[rising], fine[rising])
    if isinstance(prior, Uniform):
        z = np.concatenate([[prior.low], z, [prior.high]])
    shares = np.diff(one.cumulative(z))
    return z, shares / shares.sum()


def _triangles(points: NDArray, n: int) -> NDArray:
    """The two triangles of each cell of a mesh of n * n points: (t, 3, 2), the first of all cells, then the second."""
    grid = points.reshape(n, n, 2)
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[:-1, 1:], grid[1:, 1:]
    return np.stack([np.stack([a, b, c], axis=2), np.stack([d, c, b], axis=2)]).reshape(-1, 3, 2)


def _parts(corners: NDArray, axis: int, line: NDArray) -> NDArray:
    """The three parts of each triangle (t, 3, k) that the line x_axis = `line` cuts: (3 t, 3, k).

    One corner is alone on its side: its part is a triangle, and that of the two others a quadrilateral, cut in two.
    """
    order = np.argsort(corners[:, :, axis], axis=1)[:, :, np.newaxis]
    corners = np.take_along_axis(corners, order, axis=1)
    corners = np.where((corners[:, 1, axis] < line)[:, np.newaxis, np.newaxis], corners[:, ::-1], corners)
    alone, near, far = corners[:, 0], corners[:, 1], corners[:, 2]
    u, v = ((line - alone[:, axis]) / (end[:, axis] - alone[:, axis]) for end in (near, far))
    e, f = alone + u[:, np.newaxis] * (near - alone), alone + v[:, np.newaxis] * (far - alone)
    return np.concatenate([np.stack(part, axis=1) for part in ((alone, e, f), (e, near, far), (e, far, f))])


def _area(corners: NDArray) -> NDArray:
    """The area of triangles (t, 3, 2), with the sign of their orientation."""
    (x1, y1), (x2, y2) = (corners[:, 1] - corners[:, 0]).T, (corners[:, 2] - corners[:, 0]).T
    return (x1 * y2 - y1 * x2) / 2
