"""A data set of finitely many points in memory, such as the rows of a table."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.dataset import Dataset
from tinygan.data.density import Box, box_around, mixture_density
from tinygan.data.fingerprint import fingerprint
from tinygan.data.labels import class_names, in_classes
from tinygan.errors import DataError

_KERNELS = 2000  # at most, in the estimate of p(x)


@dataclass(frozen=True, eq=False)
class Points(Dataset):
    """N >= 1 points in d >= 1 dimensions, drawn in shuffled epochs, with an estimate of their density.

    points: float32 (N, d), all finite.   labels: int64 (N,) in 0..K-1, or None.   classes: the K names; "0", "1", ...
    if none are given.   Raises DataError if the points or the labels are others.
    """

    name: str
    points: NDArray[np.float32]
    labels: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        got = f"{self.points.dtype} {self.points.shape}"
        if self.points.dtype != np.float32 or self.points.ndim != 2 or self.points.size == 0:
            raise DataError(f"{self.name}: expected points as float32 (N, d), none of them 0, got {got}")
        if bad := int((~np.isfinite(self.points).all(axis=1)).sum()):
            raise DataError(f"{self.name}: expected finite points, got {got}, of which {bad} hold NaN or an infinity")
        object.__setattr__(self, "classes", class_names(self.name, len(self), self.labels, self.classes))

    def __len__(self) -> int:
        return len(self.points)

    def __repr__(self) -> str:
        return f"Points({self.name!r}, {' x '.join(map(str, self.points.shape))})"

    @property
    def shape(self) -> tuple[int]:
        """The shape of one point, (d,)."""
        return (self.points.shape[1],)

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the points in their order."""
        return fingerprint(self.points)

    def describe(self) -> str:
        """The number of points, their dimension and the number of classes.

        >>> Points("mine", np.zeros((5000, 2), np.float32)).describe()
        '5,000 points on R^2'
        """
        return f"{len(self):,} points on R^{self.points.shape[1]}{in_classes(self.classes)}"

    def examples(self, indices: ArrayLike) -> NDArray[np.float32]:
        """The points at `indices` (m,), (m, d)."""
        return self.points[np.asarray(indices)]

    def taken(self, indices: ArrayLike) -> "Points":
        """The points at `indices` (n,) with their labels. The classes stay, also those without points."""
        indices = np.asarray(indices)
        return replace(self, points=self.points[indices], labels=None if self.labels is None else self.labels[indices])

    @property
    def box(self) -> Box:
        """(lower, upper) limits of a plot, each (d,)."""
        return box_around(self.points.astype(np.float64), self._bandwidth)

    def density(self, x: ArrayLike) -> NDArray[np.float64]:
        """An estimate of p(x) at x (n, d), float64 (n,): Gaussian kernels at 2,000 of the points, or at all.

        All have Scott's bandwidth: k^(-1/(d + 4)) times the standard deviation of a coordinate, for k kernels.
        """
        return mixture_density(x, self._centres, self._bandwidth, np.full(len(self._centres), 1 / len(self._centres)))

    @property
    def _centres(self) -> NDArray[np.float64]:
        return self.points[:: -(-len(self) // _KERNELS)].astype(np.float64)

    @property
    def _bandwidth(self) -> float:
        k, d = self._centres.shape
        std = np.sqrt(np.mean(np.var(self._centres, axis=0)))
        return float(k ** (-1 / (d + 4)) * std) or 1.0  # where all points are equal
