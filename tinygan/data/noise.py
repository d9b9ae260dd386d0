"""Where z comes from: the priors p_z of a generator's noise, standard normal or uniform on a cube.

A prior is drawn in minibatches by `minibatches.Stream`, as any other source that has no end.
"""

from dataclasses import dataclass

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
