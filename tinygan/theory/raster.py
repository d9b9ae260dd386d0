"""Equal boxes on the line or in the plane, and the probabilities that distributions give them."""

from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.density import as_points
from tinygan.theory.quadrature import lattice


class Raster(NamedTuple):
    """`counts` (d,) boxes on each axis between the corners `lower` and `upper` (d,); a vector over them is in C order.

    A point outside counts in the nearest box.
    """

    lower: NDArray
    upper: NDArray
    counts: tuple[int, ...]

    @classmethod
    def around(cls, source: Any, most: int = 400) -> "Raster":
        """The raster of a density: boxes of half its std, if it has one, on its own box; at most `most` on an axis."""
        lower, upper = source.box
        side = np.min(getattr(source, "std", 0.0)) / 2
        counts = np.minimum(most, np.ceil((upper - lower) / side)) if side else np.full(len(lower), most)
        return cls(lower, upper, tuple(int(count) for count in counts))

    @property
    def sides(self) -> NDArray:
        """The sides of a box, (d,)."""
        return (self.upper - self.lower) / self.counts

    @property
    def size(self) -> int:
        """The number of boxes."""
        return prod(self.counts)

    @property
    def centres(self) -> NDArray:
        """The centre of each box, (n, d)."""
        return lattice(
            [
                start + side * (np.arange(n) + 0.5)
                for start, side, n in zip(self.lower, self.sides, self.counts, strict=True)
            ]
        )

    def place(self, x: ArrayLike) -> NDArray[np.int64]:
        """The number of the box of each point (n, d)."""
        steps = np.floor((as_points(x, len(self.counts)) - self.lower) / self.sides)
        steps = np.clip(steps, 0, np.array(self.counts) - 1).astype(np.int64)
        return np.ravel_multi_index(tuple(steps.T), self.counts)

    def of_density(self, p: Any) -> NDArray:
        """The probability of each box by its centre: exact to rounding for Gaussians of twice the side or wider."""
        found = p.density(self.centres)
        return found / found.sum()

    def of_samples(self, x: ArrayLike) -> NDArray:
        """The share of the points in each box."""
        return np.bincount(self.place(x), minlength=self.size) / len(np.asarray(x))
