"""Points along a curve in the plane, blurred by isotropic Gaussian noise: the two moons and the swiss roll.

x = c(u) + std * e with u uniform on [0, 1] and e normal, so p(x) is the average over u of N(x; c(u), std^2 I).
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.density import (
    Box,
    Density,
    box_around,
    check_std,
    mixture_breaks,
    mixture_density,
    mixture_log_density,
)


class NoisyCurve(Density):
    """The density of a curve with Gaussian noise around it. A subclass defines the curve and the noise's std."""

    shape = (2,)
    speed: ClassVar[float]  # an upper bound of ||dc/du||

    @property
    @abstractmethod
    def std(self) -> float:
        """The standard deviation of the noise in each coordinate."""

    @abstractmethod
    def curve(self, u: NDArray) -> NDArray[np.float64]:
        """c(u), (n, 2), at u (n,) in [0, 1]. c is smooth, except that it may jump at 1/2."""

    @property
    def box(self) -> Box:
        """(lower, upper) corners for a plot, each (2,): the curve with a margin."""
        return box_around(self.curve(np.linspace(0, 1, 1000)), self.std)

    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """n independent draws, float32 (n, 2)."""
        points = self.curve(rng.random(n))
        return (points + self.std * rng.standard_normal((n, 2))).astype(np.float32)

    def density(self, x: ArrayLike) -> NDArray[np.float64]:
        """p(x) at x (n, 2), float64 (n,), by quadrature: errors stay below 1e-10 of the density's peak (tested).

        Gauss-Legendre rules of 8 nodes on panels. A panel is at most two standard deviations long, so a polynomial
        approximates the Gaussian on it. There are at least 8, for the bends of the curve, and none crosses the jump.
        """
        return mixture_density(x, *self._finite())

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        return mixture_log_density(x, *self._finite())

    @property
    def breaks(self) -> list[NDArray[np.float64]]:
        points = self.curve(np.linspace(0, 1, 1000))
        ends = points.min(axis=0), points.max(axis=0)
        axes = []
        for lowest, highest, around in zip(*ends, mixture_breaks(np.stack(ends), self.std), strict=True):
            along = np.linspace(lowest, highest, 2 + int((highest - lowest) / (3 * self.std)))
            axes.append(np.union1d(along, around[(around < lowest) | (around > highest)]))
        return axes

    def _finite(self) -> tuple[NDArray, float, NDArray]:
        """The centres, the std and the weights of the finite mixture in the continuous one's place."""
        panels = max(8, 2 * int(np.ceil(self.speed / (4 * self.std))))
        nodes, weights = np.polynomial.legendre.leggauss(8)  # on [-1, 1], weights summing to 2
        u = (np.arange(panels)[:, np.newaxis] + (nodes + 1) / 2) / panels  # (panels, 8)
        return self.curve(u.ravel()), self.std, np.tile(weights / (2 * panels), panels)


@dataclass(frozen=True)
class Moons(NoisyCurve):
    """Two interleaved half circles of radius 1, the second upside down; the curve of scikit-learn's `make_moons`."""

    std: float = 0.05

    name = "moons"
    speed: ClassVar[float] = 2 * np.pi

    def __post_init__(self) -> None:
        check_std(self.name, self.std)

    def curve(self, u: NDArray) -> NDArray[np.float64]:
        """(cos t, sin t) for u < 1/2, then (1 - cos t, 1/2 - sin t); t runs from 0 to pi in both."""
        t = 2 * np.pi * u - np.pi * (u >= 0.5)
        upper = np.stack([np.cos(t), np.sin(t)], axis=1)
        return np.where((u < 0.5)[:, np.newaxis], upper, [1.0, 0.5] - upper)


@dataclass(frozen=True)
class SwissRoll(NoisyCurve):
    """The spiral (t cos t, t sin t) / 7.5 with t uniform on [1.5 pi, 4.5 pi]; its outer turns are less dense.

    The scale and the noise (0.25 / 7.5) are those of WGAN-GP's toy figure (Gulrajani et al. 2017, their code).
    """

    std: float = 0.25 / 7.5

    name = "swiss-roll"
    speed: ClassVar[float] = 3 * np.pi * (1 + 4.5 * np.pi) / 7.5

    def __post_init__(self) -> None:
        check_std(self.name, self.std)

    def curve(self, u: NDArray) -> NDArray[np.float64]:
        """(t cos t, t sin t) / 7.5 at t = 1.5 pi (1 + 2 u)."""
        t = 1.5 * np.pi * (1 + 2 * u)
        return (t / 7.5)[:, np.newaxis] * np.stack([np.cos(t), np.sin(t)], axis=1)
