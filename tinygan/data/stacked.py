"""Stacked MNIST: three digits as the three channels of an image, so that there are 1,000 modes; Metz et al. 2017.

Which modes G has, and how evenly, is counted by a classifier of digits, channel by channel (metrics/stacked.py).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.dataset import Dataset
from tinygan.data.fingerprint import fingerprint
from tinygan.data.images import Images
from tinygan.errors import DataError

COUNT = 128_000  # images, as in Srivastava et al. 2017 and Lin et al. 2018


@dataclass(frozen=True, eq=False)
class Stacked(Dataset):
    """`count` images (H, W, 3) whose channels are grey `digits`, drawn at random and independently, always the same.

    The images are made when they are asked for, so they take no memory.   chosen: the digits of each image, by index
    (count, 3), if they are not drawn.
    Raises DataError if the digits are not grey.
    """

    name: str
    digits: Images
    count: int = COUNT
    chosen: NDArray[np.int64] | None = None

    labels = None  # a thousand classes are too many for a picture

    def __post_init__(self) -> None:
        if self.digits.shape[2] != 1:
            raise DataError(f"{self.name}: expected grey images to stack, got {self.digits.shape}")

    def __len__(self) -> int:
        return self.count

    @property
    def is_stacked(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"Stacked({self.name!r}, {self.count:,} of {self.digits!r})"

    @cached_property
    def triples(self) -> NDArray[np.int64]:
        """The digits of each image, by index: (count, 3)."""
        return self._drawn(self.count, np.random.default_rng(0)) if self.chosen is None else self.chosen

    def _drawn(self, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
        return rng.integers(len(self.digits), size=(n, 3))

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, 3) of one image."""
        return *self.digits.shape[:2], 3

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the digits and of which are stacked."""
        digest = np.frombuffer(self.digits.fingerprint.encode(), np.uint8)
        return fingerprint(np.concatenate([digest, self.triples.view(np.uint8).ravel()]))

    def describe(self) -> str:
        return f"{len(self):,} images of {' x '.join(map(str, self.shape))}, each of 3 of {len(self.digits):,} digits"

    def examples(self, indices: ArrayLike) -> NDArray[np.float32]:
        """The images at `indices` (m,), float32 (m, H, W, 3) in [-1, 1]."""
        return self._stacked(self.triples[np.asarray(indices)])

    def taken(self, indices: ArrayLike) -> "Stacked":
        """The images at `indices` (n,). The test images stay."""
        chosen = self.triples[np.asarray(indices)]
        return replace(self, count=len(chosen), chosen=chosen)

    def fresh(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """n new images, which are in general none of the set."""
        return self._stacked(self._drawn(n, rng))

    def _stacked(self, triples: NDArray[np.int64]) -> NDArray[np.float32]:
        grey = self.digits.examples(triples.ravel())  # (3 m, H, W, 1)
        return np.moveaxis(grey.reshape(*triples.shape, *self.shape[:2]), 1, -1).copy()

    def held_out(self) -> "Stacked | None":
        """As many images, at most, of the test digits."""
        test = self.digits.held_out()
        return None if test is None else Stacked(self.name, test, self.count)
