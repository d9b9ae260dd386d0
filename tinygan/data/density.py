"""Distributions whose density p(x) is known, and the formula that all of the package's share.

Every synthetic data set is a mixture of isotropic Gaussians. Along a curve the mixture is continuous, and quadrature
replaces it by a finite one (`curves.py`).
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.minibatches import Stream
from tinygan.data.source import Source
from tinygan.errors import DataError, ShapeMismatch

Box: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]  # (lower, upper) corners, each (d,)

_CHUNK = 1 << 20  # distances in memory at once: 8 MiB
_STEPS = np.array([0.0, 1.5, 3.0, 6.0, 12.0, 40.0, 150.0, 1000.0])  # standard deviations from a centre to a break


class Density(Source):
    """A distribution with a known density in d = shape[0] dimensions, sampled afresh for every minibatch."""

    @property
    @abstractmethod
    def box(self) -> Box:
        """(lower, upper) limits of a plot, each (d,); less than 1e-5 of the probability lies outside."""

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """n independent draws, float32 (n, d)."""

    @abstractmethod
    def density(self, x: ArrayLike) -> NDArray[np.float64]:
        """p(x) at each row of x (n, d), or of x (n,) where d is 1; float64 (n,)."""

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """log p(x) at the same points; -inf where p(x) is 0. That of a mixture is finite where p(x) is rounded to 0."""
        with np.errstate(divide="ignore"):
            return np.log(self.density(x))

    @property
    def breaks(self) -> list[NDArray[np.float64]]:
        """Coordinates on each axis that cut space into boxes on which p(x) is smooth, and outside which it is small.

        A density with jumps, or with parts far narrower than the box, needs its own.
        """
        lower, upper = self.box
        return [np.linspace(*limits, 65) for limits in zip(2 * lower - upper, 2 * upper - lower, strict=True)]

    def describe(self) -> str:
        return f"{self!r}, a density on R^{self.shape[0]}, sampled afresh"

    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> Stream:
        return Stream(self, rng, asarray)


def as_points(x: ArrayLike, d: int) -> NDArray[np.float64]:
    """x as float64 points (n, d); where d is 1, x may have shape (n,) too.

    Raises ShapeMismatch if x has another shape.
    """
    points = np.asarray(x, dtype=np.float64)
    if d == 1 and points.ndim == 1:
        points = points[:, np.newaxis]
    if points.ndim != 2 or points.shape[1] != d:
        raise ShapeMismatch(f"density: expected points of shape (n, {d}), got {np.shape(x)}")
    return points


def mixture_density(x: ArrayLike, centres: NDArray, std: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """The density sum_j weights_j N(x; centres_j, std_j^2 I) at x (n, d), or (n,) where d is 1; float64 (n,).

    centres: (k, d).   std: one number, or (k,).   weights: (k,), summing to 1.

    >>> mixture_density([0.0], np.zeros((1, 1)), 1.0, np.ones(1)).round(6)
    array([0.398942])
    """
    precision = np.asarray(std, dtype=np.float64) ** -2.0
    heights = np.asarray(weights) * (precision / (2 * np.pi)) ** (centres.shape[1] / 2)
    return _in_chunks(x, centres, lambda squared: np.exp(squared * (-precision / 2)) @ heights)


def mixture_log_density(x: ArrayLike, centres: NDArray, std: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """The logarithm of the same density, finite where the density itself is too small a number.

    >>> mixture_log_density([100.0], np.zeros((1, 1)), 1.0, np.ones(1)).round(6)  # -100^2 / 2 - log(2 pi) / 2
    array([-5000.918939])
    """
    precision = np.asarray(std, dtype=np.float64) ** -2.0
    with np.errstate(divide="ignore"):  # a weight may be 0
        heights = np.log(weights) + centres.shape[1] / 2 * np.log(precision / (2 * np.pi))

    def f(squared: NDArray) -> NDArray:
        exponents = heights - squared * (precision / 2)
        largest = exponents.max(axis=1)
        return largest + np.log(np.exp(exponents - largest[:, np.newaxis]).sum(axis=1))

    return _in_chunks(x, centres, f)


def _in_chunks(x: ArrayLike, centres: NDArray, f: Callable[[NDArray], NDArray]) -> NDArray[np.float64]:
    """f of the squared distances (rows, k) of points to the centres; some rows at a time, for their memory."""
    k, d = centres.shape
    points = as_points(x, d)
    found = np.empty(len(points))
    rows = max(1, _CHUNK // k)
    with np.errstate(over="ignore"):  # from 1e154 on a squared distance is infinite
        for start in range(0, len(points), rows):
            chunk = points[start : start + rows]
            squared = sum((chunk[:, i, np.newaxis] - centres[:, i]) ** 2 for i in range(d))  # (rows, k)
            found[start : start + rows] = f(squared)
    return found


def mixture_breaks(centres: NDArray, std: ArrayLike) -> list[NDArray[np.float64]]:
    """The breaks of a mixture: on each axis the centres, and steps from 1.5 to 1,000 standard deviations from them.

    p(x) is 0 in float64 from 40 of them on. Ratios of densities may need more.
    """
    steps = np.concatenate([-_STEPS[:0:-1], _STEPS])
    stds = np.broadcast_to(np.asarray(std, np.float64), len(centres))
    return [np.unique(axis[:, np.newaxis] + np.outer(stds, steps)) for axis in centres.T]


def box_around(points: NDArray, std: ArrayLike) -> Box:
    """The box of `points` (k, d) with a margin of five std, or of a fifth of their extent where that is more."""
    lower, upper = points.min(axis=0), points.max(axis=0)
    margin = max(5 * float(np.max(np.asarray(std))), float(np.max(upper - lower)) / 5)
    return lower - margin, upper + margin


def check_std(name: str, *stds: float) -> None:
    """Raises DataError if a standard deviation is not positive and finite."""
    for std in stds:
        if not 0 < std < np.inf:
            raise DataError(f"{name} needs a finite std above 0, got {std}")
