"""Mixtures of isotropic Gaussians: one Gaussian or several on the line, the ring and the grid in the plane.

`centres` and `std` describe the modes: a sample is of high quality within three standard deviations of a centre.
The modes are the classes of labelled examples.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.density import (
    Box,
    Density,
    as_points,
    box_around,
    check_std,
    mixture_breaks,
    mixture_density,
    mixture_log_density,
)
from tinygan.data.labels import in_classes
from tinygan.data.minibatches import Stream
from tinygan.data.source import Components, Derived, Source
from tinygan.errors import DataError
from tinygan.nn.minibatch import Labelled


class GaussianMixture(Density):
    """p(x) = sum_j weights_j N(x; centres_j, std_j^2 I). A subclass defines the centres, the std and the weights."""

    @property
    @abstractmethod
    def centres(self) -> NDArray[np.float64]:
        """The centres of the modes, (k, d)."""

    @property
    @abstractmethod
    def std(self) -> ArrayLike:
        """The standard deviation of each coordinate around its centre: one number, or (k,)."""

    @property
    def weights(self) -> ArrayLike:
        """The probabilities of the modes, (k,); equal unless a subclass has others."""
        k = len(self.centres)
        return np.full(k, 1 / k)

    @property
    def components(self) -> Components:
        return Components(self.centres, self.std, self.weights)

    @property
    def box(self) -> Box:
        """(lower, upper) corners for a plot, each (d,): the centres with a margin."""
        return box_around(self.centres, self.std)

    def sample_labelled(self, n: int, rng: np.random.Generator) -> Labelled:
        """n independent draws, x float32 (n, d) and modes y (n,): a mode by its weight, then noise around it."""
        k, d = self.centres.shape
        y = rng.choice(k, size=n, p=np.asarray(self.weights))
        std = np.broadcast_to(np.asarray(self.std), k)[y, np.newaxis]  # (n, 1)
        x = self.centres[y] + std * rng.standard_normal((n, d))
        return Labelled(x.astype(np.float32), y.astype(np.int64, copy=False))

    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """n independent draws, float32 (n, d)."""
        return self.sample_labelled(n, rng).x

    def labelled(self) -> Source:
        return LabelledMixture(self.name, self)

    def density(self, x: ArrayLike) -> NDArray[np.float64]:
        """p(x) at x (n, d), or (n,) where d is 1; float64 (n,), exact up to rounding."""
        return mixture_density(x, self.centres, self.std, self.weights)

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        return mixture_log_density(x, self.centres, self.std, self.weights)

    @property
    def breaks(self) -> list[NDArray[np.float64]]:
        return mixture_breaks(self.centres, self.std)

    def cumulative(self, x: ArrayLike) -> NDArray[np.float64]:
        """P(X <= x) on the line, at x (n,); float64 (n,)."""
        from scipy.special import ndtr

        return ndtr((as_points(x, 1) - self.centres[:, 0]) / np.asarray(self.std)) @ np.asarray(self.weights)

    def density_by_mode(self, x: ArrayLike) -> NDArray[np.float64]:
        """weights_j p(x | mode j) at x (n, d), or (n,) where d is 1; float64 (n, k), whose rows sum to `density`."""
        stds, weights = (np.broadcast_to(np.asarray(each), len(self.centres)) for each in (self.std, self.weights))
        one = np.ones(1)
        modes = zip(self.centres, stds, weights, strict=True)
        return np.stack([w * mixture_density(x, centre[np.newaxis], std, one) for centre, std, w in modes], axis=1)


@dataclass(frozen=True)
class LabelledMixture(Derived):
    """The points of a mixture with their modes as labels. Minibatches are `Labelled(x, y)`; x is as without labels."""

    name: str
    source: GaussianMixture

    def sample(self, n: int, rng: np.random.Generator) -> Labelled:
        """n independent draws, with their modes."""
        return self.source.sample_labelled(n, rng)

    def describe(self) -> str:
        return f"{self.source.describe()},{in_classes(self.classes)}"

    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> Stream:
        return Stream(self, rng, asarray)

    def labelled(self) -> Source:
        return self


@dataclass(frozen=True)
class Gaussian(GaussianMixture):
    """N(mean, std^2) on the line.

    >>> Gaussian().density([4.0]).round(6)  # 1 / (0.5 sqrt(2 pi))
    array([0.797885])
    """

    mean: float = 4.0
    std: float = 0.5

    name = "gaussian"
    shape = (1,)

    def __post_init__(self) -> None:
        check_std(self.name, self.std)

    @property
    def classes(self) -> tuple[str, ...]:
        return (f"mean {self.mean:g}",)

    @property
    def centres(self) -> NDArray[np.float64]:
        return np.array([[self.mean]], dtype=np.float64)


@dataclass(frozen=True)
class Mixture(GaussianMixture):
    """sum_j weights_j N(means_j, stds_j^2) on the line.

    Raises DataError if the lengths of the three differ, or if the weights are no distribution.
    """

    means: tuple[float, ...] = (-2.0, 2.0)
    stds: tuple[float, ...] = (0.5, 0.5)
    weights: tuple[float, ...] = (0.3, 0.7)

    name = "mixture"
    shape = (1,)

    def __post_init__(self) -> None:
        counts = len(self.means), len(self.stds), len(self.weights)
        if len(set(counts)) > 1 or 0 in counts:
            raise DataError("mixture needs as many means, stds and weights, got {} / {} / {}".format(*counts))
        if min(self.weights) < 0 or not np.isclose(sum(self.weights), 1, rtol=0, atol=1e-9):
            raise DataError(f"mixture needs weights that are >= 0 and sum to 1, got {self.weights}")
        check_std(self.name, *self.stds)

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(f"mean {mean:g}" for mean in self.means)

    @property
    def centres(self) -> NDArray[np.float64]:
        return np.array(self.means, dtype=np.float64)[:, np.newaxis]

    @property
    def std(self) -> NDArray[np.float64]:
        return np.array(self.stds, dtype=np.float64)


@dataclass(frozen=True)
class Overlapping(Mixture):
    """Three Gaussians on the line that overlap, the test of conditional GANs in Gong et al. 2019 (Twin AC-GAN)."""

    means: tuple[float, ...] = (0.0, 3.0, 6.0)
    stds: tuple[float, ...] = (1.0, 2.0, 3.0)
    weights: tuple[float, ...] = (1 / 3, 1 / 3, 1 / 3)

    name = "overlapping"


@dataclass(frozen=True)
class Ring(GaussianMixture):
    """Equal Gaussians evenly spaced on a circle, the first at (radius, 0); the defaults of Lin et al. 2018 (PacGAN)."""

    modes: int = 8
    radius: float = 1.0
    std: float = 0.01

    name = "ring"
    shape = (2,)

    def __post_init__(self) -> None:
        if self.modes < 1:
            raise DataError(f"ring needs at least 1 mode, got {self.modes}")
        check_std(self.name, self.std)

    @property
    def classes(self) -> tuple[str, ...]:
        """The angle of each mode, such as "45°"."""
        return tuple(f"{360 * i / self.modes:g}°" for i in range(self.modes))

    @property
    def centres(self) -> NDArray[np.float64]:
        angle = 2 * np.pi * np.arange(self.modes) / self.modes
        return self.radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


@dataclass(frozen=True)
class Grid(GaussianMixture):
    """side x side equal Gaussians on a square lattice around 0, by default {-4, -2, 0, 2, 4}^2; Lin et al. 2018."""

    side: int = 5
    spacing: float = 2.0
    std: float = 0.05

    name = "grid"
    shape = (2,)

    def __post_init__(self) -> None:
        if self.side < 1:
            raise DataError(f"grid needs a side of at least 1 mode, got {self.side}")
        check_std(self.name, self.std)

    @property
    def classes(self) -> tuple[str, ...]:
        """The centres, such as "(-4, 2)"."""
        return tuple(f"({x:g}, {y:g})" for x, y in self.centres)

    @property
    def centres(self) -> NDArray[np.float64]:
        ticks = self.spacing * (np.arange(self.side) - (self.side - 1) / 2)
        return np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 2)
