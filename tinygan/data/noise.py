"""Where z comes from: the priors p_z of a generator's noise, standard normal, truncated normal or uniform on a cube.

A prior is drawn in minibatches by `minibatches.Stream`, as any other source that has no end.
"""

from dataclasses import dataclass
from math import erf, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.density import as_points
from tinygan.errors import DataError


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
        squared_norm = np.sum(as_points(z, self.size) ** 2, axis=1)
        return np.exp(-squared_norm / 2) / (2 * np.pi) ** (self.size / 2)


@dataclass(frozen=True)
class Truncated:
    """N(0, I) in `size` dimensions with every coordinate in [-threshold, threshold]; Brock et al. 2019, section 3.1.

    The truncation trick: a generator trained on `Normal` draws fewer odd and fewer various samples from this.
    Raises DataError unless threshold > 0.
    """

    size: int
    threshold: float

    def __post_init__(self) -> None:
        _check_size(self.size)
        if not self.threshold > 0:
            raise DataError(f"truncated noise needs threshold > 0, got {self.threshold}")

    def sample(self, m: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """m draws, float32 (m, size), by the inverse distribution function: sqrt(2) erfinv(u erf(threshold / sqrt(2))).

        u is uniform on (-1, 1), so every threshold takes the same time, and with one seed a smaller threshold gives the
        same draws, moved towards 0.
        """
        from scipy.special import erfinv  # 20 ms that only this function needs

        u = 2 * rng.random((m, self.size)) + (2.0**-53 - 1)  # odd multiples of 2^-53, exactly: neither -1 nor 1
        z = (sqrt(2) * erfinv(u * erf(self.threshold / sqrt(2)))).astype(np.float32)
        bound = np.float32(min(self.threshold, 9.0))  # u of 53 bits gives no |z| above 8.3
        if float(bound) > self.threshold:  # rounding must not carry z out
            bound = np.nextafter(bound, np.float32(0))
        return np.clip(z, -bound, bound, out=z)

    def density(self, z: ArrayLike) -> NDArray[np.float64]:
        """The normal density over the share of it inside, and 0 outside; z (n, size), or (n,) where size is 1."""
        inside = np.all(np.abs(as_points(z, self.size)) <= self.threshold, axis=1)
        return inside * Normal(self.size).density(z) / erf(self.threshold / sqrt(2)) ** self.size


@dataclass(frozen=True)
class Uniform:
    """Uniform on the cube [low, high]^size; the prior of the GAN and DCGAN papers.

    Raises DataError unless low < high.
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


def _check_size(size: int) -> None:
    if size < 1:
        raise DataError(f"noise needs at least 1 dimension, got size={size}")
