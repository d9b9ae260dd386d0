"""A function G on the line, cut into its monotone pieces: on each an x has one preimage.

G is looked at in many steps. Its critical points, where G' = 0, are found between two whose slopes have other signs,
and preimages by safeguarded Newton steps. Our own autograd gives G'.
"""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.autograd import Tensor, grad, raw
from tinygan.data.density import as_points
from tinygan.errors import SettingError, ShapeMismatch

TAILS = 16  # steps between two breaks of p_z
ATOM = 1e-9  # probability of z on which G is constant, or not finite, that is left out
NEWTON = 100  # steps at most
FINER = 64  # steps for each part into which a step is cut to find bends; of two in one part neither is found
HALVINGS = 40  # of a part in which G' jumps
EPSILON = float(np.finfo(np.float64).eps)


class Preimages(NamedTuple):
    """Pairs of a point and one of its preimages.

    point: the number of x.   piece: that of the monotone piece.   z: G(z) = x.   slope: |G'(z)|.
    """

    point: NDArray
    piece: NDArray
    z: NDArray
    slope: NDArray


class MonotonePieces:
    """The monotone pieces of G.

    G: of arrays and Tensors, float64 (n, 1) to (n, 1), each row on its own.   prior: the distribution of z.
    steps: of equal probability, in which G is looked at.
    z, x, slope: (n,), the points looked at, G there, and G', 0 at a critical point.
    direction: (n - 1,), 1, -1 or 0 where G rises, falls or is constant from a z to the next.
    ends: the indices (a, b) of each piece, which is from z[a] to z[b].
    Raises SettingError if G is constant, or not finite, on z of a probability above 1e-9.
    Raises ShapeMismatch if G does not map (n, 1) to (n, 1).
    """

    def __init__(self, G: Callable, prior: Any, steps: int):
        self.G, self.steps = G, steps
        z = _steps(prior, steps)
        x, slope = self.slopes(z)
        here = _finite(z, x, slope, prior)
        z, x, slope = z[here], x[here], slope[here]
        levels = prior.cumulative(z)
        turns = np.flatnonzero((np.sign(slope[:-1]) * np.sign(slope[1:]) < 0) & (np.diff(levels) > ATOM))
        between = _zeros(self.slopes, z[turns], z[turns + 1], slope[turns], slope[turns + 1])
        self.z = np.insert(z, turns + 1, between)
        self.x = np.insert(x, turns + 1, self.slopes(between)[0])
        self.slope = np.insert(slope, turns + 1, 0.0)
        rounding = 4 * EPSILON * np.maximum(abs(self.x[1:]), abs(self.x[:-1]))
        change = np.diff(self.x)
        self.direction = np.where(abs(change) <= rounding, 0, np.sign(change))  # of each cell, from a z to the next
        flat = np.diff(prior.cumulative(self.z))[self.direction == 0].sum()
        if flat > ATOM:
            raise SettingError(
                f"p_g has no density: G is constant in float64 on z of probability {flat:.3g}, so single points have it"
            )
        starts = np.flatnonzero(np.diff(self.direction, prepend=0))
        stops = np.append(starts, len(self.direction))[1:]
        self.ends = [(a, b) for a, b in zip(starts, stops, strict=True) if self.direction[a]]  # z[a] to z[b]

    def slopes(self, z: NDArray) -> tuple[NDArray, NDArray]:
        """(G(z), G'(z)) at z (n,), each (n,)."""
        given = Tensor(z[:, np.newaxis])
        with np.errstate(all="ignore"):  # `_finite` looks for infinities
            x = self.G(given)
            if np.shape(raw(x)) != given.shape:
                raise ShapeMismatch(f"pushforward: expected a G from (n, 1) to (n, 1), got {np.shape(raw(x))}")
            if not isinstance(x, Tensor):  # G does not look at z
                return np.ravel(x), np.zeros(len(z))
            return raw(x)[:, 0], grad(x, given, seed=np.ones(x.shape))[:, 0]

    def preimages(self, x: ArrayLike) -> Preimages:
        """All z with G(z) = x, for x (n,) or (n, 1)."""
        points = as_points(x, 1)[:, 0]
        found, cells = [], []
        for start, stop in self.ends:
            values = self.x[start : stop + 1] * self.direction[start]  # increasing
            wanted = points * self.direction[start]
            [inside] = np.nonzero((values[0] <= wanted) & (wanted <= values[-1]))
            cell = np.searchsorted(values, wanted[inside], side="right") - 1
            cells.append(start + np.minimum(cell, stop - start - 1))
            found.append(inside)
        sizes = [len(part) for part in found]
        point, cell = np.concatenate(found), np.concatenate(cells)
        z, slope = self._solved(points[point], cell)
        return Preimages(point, np.repeat(np.arange(len(sizes)), sizes), z, np.maximum(slope, self._floor[cell]))

    def _solved(self, x: NDArray, cell: NDArray) -> tuple[NDArray, NDArray]:
        """(z, |G'(z)|) with G(z) = x in the given cells: Newton's method, and bisection where it would leave a cell."""
        first, last = self.z[cell], self.z[cell + 1]
        share = (x - self.x[cell]) / (self.x[cell + 1] - self.x[cell])
        share = np.where(self.slope[cell] == 0, np.sqrt(share), share)  # beside a critical point G is a parabola
        share = np.where(self.slope[cell + 1] == 0, 1 - np.sqrt(1 - share), share)
        z, slope = first + share * (last - first), np.empty(len(x))
        low, high = first.copy(), last.copy()
        left = np.arange(len(x))
        for _ in range(NEWTON):
            if not len(left):
                break
            value, slope[left] = self.slopes(z[left])
            over = (value - x[left]) * self.direction[cell[left]]
            steep = abs(slope[left])
            high[left], low[left] = np.where(over > 0, (z[left], low[left]), (high[left], z[left]))
            exact = abs(over) <= 4 * EPSILON * abs(x[left])
            there = z[left] - over / np.where(steep > 0, steep, 1.0)
            inside = (low[left] <= there) & (there <= high[left]) & ((steep > 0) | (over == 0))
            there = np.where(inside, there, (low[left] + high[left]) / 2)
            moved = abs(there - z[left])
            enough = 1e-9 * np.minimum(there - first[left], last[left] - there)  # Newton squares the error
            z[left] = there
            left = left[~(exact | (moved <= enough + 4 * EPSILON * abs(there)))]
        return z, abs(slope)

    @cached_property
    def _floor(self) -> NDArray:
        """The least |G'| in each cell: beside a critical value, that at an x which rounding cannot tell from it.

        Beside a step on which G is constant it is the mean of the cell, because G' is 0 there up to a kink.
        """
        floor = np.full(len(self.direction), np.finfo(np.float64).tiny)
        mean = abs(np.diff(self.x) / np.diff(self.z))
        for i in np.flatnonzero(self.slope == 0):
            for cell, other, beyond in ((i - 1, i - 1, i), (i, i + 1, i - 1)):
                if not 0 <= cell < len(floor):
                    continue
                if 0 <= beyond < len(floor) and self.direction[beyond] == 0:
                    floor[cell] = max(floor[cell], mean[cell])
                else:
                    bend = abs(self.slope[other]) / max(abs(self.z[other] - self.z[i]), np.finfo(np.float64).tiny)
                    floor[cell] = max(floor[cell], np.sqrt(bend * np.spacing(abs(self.x[i]))))
        return floor

    def kinks(self, levels: NDArray) -> NDArray:
        """The z where G' jumps, as in a network of ReLUs: a half of a step has nearly all of the change of G' in it.

        levels: P(Z <= z) at `z`.
        """
        [cell] = np.nonzero((np.diff(levels) > ATOM) & (np.diff(self.slope) != 0))
        parts = max(1, self.steps // FINER)
        z = np.linspace(self.z[cell], self.z[cell + 1], parts + 1)  # (parts + 1, cells)
        slope = self.slopes(z.ravel())[1].reshape(z.shape)
        a, b, at_a, at_b = (each.ravel() for each in (z[:-1], z[1:], slope[:-1], slope[1:]))
        for _ in range(HALVINGS):
            middle = (a + b) / 2
            here = self.slopes(middle)[1]
            first, second = abs(here - at_a), abs(at_b - here)
            jumps = np.maximum(first, second) > 0.8 * abs(at_b - at_a)  # about a half where G is smooth
            low = (first > second)[jumps]
            a, at_a, b, at_b, middle, here = (each[jumps] for each in (a, at_a, b, at_b, middle, here))
            (a, at_a), (b, at_b) = np.where(low, (a, at_a), (middle, here)), np.where(low, (middle, here), (b, at_b))
            if not len(a):
                break
        return b


@lru_cache
def _steps(prior: Any, steps: int) -> NDArray:
    """z in steps of equal probability, and further ones out to the last breaks of p_z."""
    [ends] = prior.breaks
    fine = np.unique(np.linspace(ends[:-1], ends[1:], 513))
    equal = np.interp(np.arange(1, steps) / steps, prior.cumulative(fine), fine)
    z = np.union1d(equal, np.linspace(ends[:-1], ends[1:], TAILS + 1))
    return z[np.diff(z, prepend=-np.inf) > 1e-9 * np.ptp(equal)]  # two that differ by rounding are one


def _finite(z: NDArray, x: NDArray, slope: NDArray, prior: Any) -> slice:
    """The z around the median where G(z) is finite. Raises SettingError if others have a probability above 1e-9."""
    levels = prior.cumulative(z)
    middle = np.searchsorted(levels, 0.5)
    bad = np.flatnonzero(~(np.isfinite(x) & np.isfinite(slope)))
    first = max(bad[bad <= middle], default=-1) + 1
    stop = min(bad[bad > middle], default=len(z))
    kept = levels[stop - 1] - levels[first] if first < stop else 0.0
    if kept < 1 - ATOM:
        raise SettingError(f"p_g has no density: G(z) is not finite on z of probability {1 - kept:.3g}")
    return slice(first, stop)


def _zeros(slopes: Callable, a: NDArray, b: NDArray, at_a: NDArray, at_b: NDArray) -> NDArray:
    """The zeros of G' between a and b, where its signs differ; by regula falsi with the weights of Illinois."""
    for _ in range(40):
        with np.errstate(invalid="ignore"):
            c = np.where(at_b == 0, b, b - at_b * (b - a) / (at_b - at_a))
        if not len(c) or (abs(c - b) <= 4 * EPSILON * abs(c)).all():
            break
        at_c = slopes(c)[1]
        crossed = at_c * at_b < 0
        a, at_a = np.where(crossed, b, a), np.where(crossed, at_b, at_a / 2)
        b, at_b = c, at_c
    return b
