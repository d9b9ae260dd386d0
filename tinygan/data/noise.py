"""The priors p_z of a generator's noise z: standard normal, truncated normal, and uniform on a cube.

`LabelledNoise` adds a class to each noise sample. `minibatches.Stream` draws minibatches from a prior.
"""

from dataclasses import dataclass, replace
from math import erf, inf, log, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.density import as_points, mixture_breaks
from tinygan.data.labels import as_labels, label_of
from tinygan.errors import DataError, SettingError
from tinygan.nn.minibatch import Labelled


@dataclass(frozen=True)
class Normal:
    """N(0, I) in `size` dimensions.

    >>> Normal(100).sample(64, np.random.default_rng(0)).shape
    (64, 100)
    """

    size: int

    def __post_init__(self) -> None:
        _check_size(self.size)

    def sample(self, m: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """m draws, float32 (m, size)."""
        return rng.standard_normal((m, self.size), dtype=np.float32)

    def density(self, z: ArrayLike) -> NDArray[np.float64]:
        """(2 pi)^(-size/2) exp(-||z||^2 / 2) at z (n, size), or (n,) where size is 1; float64 (n,)."""
        return np.exp(self.log_density(z))

    def log_density(self, z: ArrayLike) -> NDArray[np.float64]:
        """The logarithm of the same density."""
        squared_norm = np.sum(as_points(z, self.size) ** 2, axis=1)
        return -squared_norm / 2 - self.size / 2 * log(2 * pi)

    @property
    def breaks(self) -> list[NDArray[np.float64]]:
        """Coordinates on each axis that cut space into boxes, on which the density is smooth."""
        return mixture_breaks(np.zeros((1, self.size)), 1.0)

    def cumulative(self, z: ArrayLike) -> NDArray[np.float64]:
        """P(Z <= z) of one number, at z (n,); float64 (n,)."""
        from scipy.special import ndtr

        return ndtr(as_points(z, 1)[:, 0])


@dataclass(frozen=True)
class Truncated:
    """N(0, I) in `size` dimensions with every coordinate in [-threshold, threshold]; Brock et al. 2019, section 3.1.

    The truncation trick: a G trained on `Normal` gives samples of higher quality and less variety from this noise.
    Raises DataError if threshold is not above 0.
    """

    size: int
    threshold: float

    def __post_init__(self) -> None:
        _check_size(self.size)
        if not self.threshold > 0:
            raise DataError(f"truncated noise needs threshold > 0, got {self.threshold}")

    def sample(self, m: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """m draws, float32 (m, size), by the inverse distribution function: sqrt(2) erfinv(u erf(threshold / sqrt(2))).

        u is uniform on (-1, 1). So every threshold takes the same time, and with one seed a smaller threshold gives the
        same draws, closer to 0.
        """
        from scipy.special import erfinv  # 20 ms that only this function needs

        u = 2 * rng.random((m, self.size)) + (2.0**-53 - 1)  # odd multiples of 2^-53, exactly: neither -1 nor 1
        z = (sqrt(2) * erfinv(u * erf(self.threshold / sqrt(2)))).astype(np.float32)
        bound = np.float32(min(self.threshold, 9.0))  # u of 53 bits gives no |z| above 8.3
        if float(bound) > self.threshold:  # float32 has rounded it up
            bound = np.nextafter(bound, np.float32(0))
        return np.clip(z, -bound, bound, out=z)

    def density(self, z: ArrayLike) -> NDArray[np.float64]:
        """The normal density divided by its probability of the cube, and 0 outside; z (n, size), or (n,) for size 1."""
        inside = np.all(np.abs(as_points(z, self.size)) <= self.threshold, axis=1)
        return inside * Normal(self.size).density(z) / erf(self.threshold / sqrt(2)) ** self.size


@dataclass(frozen=True)
class Uniform:
    """Uniform on the cube [low, high]^size; the prior of the GAN and DCGAN papers.

    Raises DataError if low is not below high.
    """

    size: int
    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        _check_size(self.size)
        if not self.low < self.high:
            raise DataError(f"uniform noise needs low < high, got low={self.low} and high={self.high}")

    def sample(self, m: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """m draws, float32 (m, size)."""
        z = rng.random((m, self.size), dtype=np.float32)
        z *= self.high - self.low
        z += self.low
        return z

    def density(self, z: ArrayLike) -> NDArray[np.float64]:
        """(high - low)^-size inside the cube, 0 outside, at z (n, size), or (n,) where size is 1; float64 (n,)."""
        points = as_points(z, self.size)
        inside = np.all((points >= self.low) & (points <= self.high), axis=1)
        return inside / (self.high - self.low) ** self.size

    def log_density(self, z: ArrayLike) -> NDArray[np.float64]:
        """The logarithm of the same density, -inf outside the cube."""
        return np.where(self.density(z) > 0, -self.size * log(self.high - self.low), -inf)

    @property
    def breaks(self) -> list[NDArray[np.float64]]:
        """The faces of the cube, on each axis."""
        return self.size * [np.array([self.low, self.high], np.float64)]

    def cumulative(self, z: ArrayLike) -> NDArray[np.float64]:
        """P(Z <= z) of one number, at z (n,); float64 (n,)."""
        return np.clip((as_points(z, 1)[:, 0] - self.low) / (self.high - self.low), 0, 1)


@dataclass(frozen=True)
class LabelledNoise:
    """The prior of a conditional generator: noise of `prior`, and a class that is uniform over `classes`.

    prior: any prior of this file.   classes: the names of the classes in the order of their labels.
    Raises DataError if there are no classes.

    >>> LabelledNoise(Normal(2), ("cat", "dog")).sample(5, np.random.default_rng(1)).y
    array([1, 0, 0, 1, 0])
    """

    prior: Any
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.classes:
            raise DataError("labelled noise needs the names of the classes, got none; choose data with labels")

    def sample(self, m: int, rng: np.random.Generator) -> Labelled:
        """m draws: noise float32 (m, size), and labels int64 (m,)."""
        return Labelled(self.prior.sample(m, rng), rng.integers(len(self.classes), size=m))

    def given(self, labels: ArrayLike, rng: np.random.Generator) -> Labelled:
        """Noise with the given labels (m,). Raises SettingError if a label is no class."""
        y = as_labels(labels)
        if y.ndim != 1 or (y.size and not 0 <= y.min() <= y.max() < len(self.classes)):
            raise SettingError(f"expected labels (m,) from 0 to {len(self.classes) - 1}, got {labels!r}")
        return Labelled(self.prior.sample(len(y), rng), y)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of `shown`: the classes."""
        return self.classes

    def labels(self, count: int, wanted: int | str | None = None) -> NDArray[np.int64]:
        """The labels of `count` samples: all of the class `wanted`, by name or number, or else the classes in turn.

        Raises SettingError, with the names of the classes, if there is no class `wanted`.
        """
        if wanted is None:
            return np.arange(count) % len(self.classes)
        return np.full(count, label_of(wanted, self.classes))

    def every_class(self, n: int, rng: np.random.Generator) -> Labelled:
        """Each of n noise samples with each of the K classes in turn, n * K in all."""
        k = len(self.classes)
        return Labelled(np.repeat(self.prior.sample(n, rng), k, axis=0), self.labels(n * k))

    def shown(self, m: int, rng: np.random.Generator) -> Labelled:
        """The z of a picture: whole rows of every class, at most m examples, or one row."""
        return self.every_class(max(1, m // len(self.classes)), rng)


def truncated(prior: Any, threshold: float) -> Any:
    """`prior`, its normal noise truncated to [-threshold, threshold]. Raises SettingError for other noise."""
    if hasattr(prior, "prior"):  # inside noise with labels or codes
        return replace(prior, prior=truncated(prior.prior, threshold))
    if not isinstance(prior, Normal):
        raise SettingError(f"truncation is for normal noise, got {type(prior).__name__} noise")
    return Truncated(prior.size, threshold)


def _check_size(size: int) -> None:
    if size < 1:
        raise DataError(f"noise needs at least 1 dimension, got size={size}")
