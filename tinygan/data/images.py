"""A data set of images in memory: bytes as they were on disk, and floats in [-1, 1] as the networks take them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.errors import DataError


@dataclass(frozen=True, eq=False)
class Images:
    """N >= 1 images of one size, with or without labels.

    images: uint8 (N, H, W, C).   labels: int64 (N,), or None.
    Raises DataError for other types and shapes, and for no images at all.
    """

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.ndim != 4 or self.images.size == 0:
            got = f"{self.images.dtype} {self.images.shape}"
            raise DataError(f"{self.name}: expected images as uint8 (N, H, W, C), none of them 0, got {got}")
        if self.labels is not None and (self.labels.dtype != np.int64 or self.labels.shape != (len(self),)):
            got = f"{self.labels.dtype} {self.labels.shape}"
            raise DataError(f"{self.name}: expected labels as int64 ({len(self)},), one per image, got {got}")

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"Images({self.name!r}, {' x '.join(map(str, self.images.shape))})"

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, C) of one image."""
        _, height, width, channels = self.images.shape
        return height, width, channels

    def examples(self, indices: ArrayLike) -> NDArray[np.float32]:
        """The images at `indices` (m,), float32 (m, H, W, C) in [-1, 1]: byte / 127.5 - 1."""
        x = self.images[np.asarray(indices)].astype(np.float32)
        x /= 127.5
        x -= 1
        return x

    def padded(self, height: int, width: int) -> "Images":
        """The same images in the middle of black ones of `height` x `width`; 28 x 28 to 32 x 32, say.

        Raises DataError if they do not fit.
        """
        rows, columns = height - self.shape[0], width - self.shape[1]
        if rows < 0 or columns < 0:
            raise DataError(
                f"{self.name}: images of {self.shape[0]} x {self.shape[1]} do not fit in {height} x {width}"
            )
        margins = [(0, 0), (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2), (0, 0)]
        return replace(self, images=np.pad(self.images, margins))


def as_uint8(samples: ArrayLike) -> NDArray[np.uint8]:
    """Floats in [-1, 1] as bytes of the same shape, the inverse of `examples`: rounded, clipped, and NaN drawn black.

    >>> as_uint8([-1.0, 0.0, 1.0, 7.0])
    array([  0, 128, 255, 255], dtype=uint8)
    """
    bounded = np.clip(np.nan_to_num(samples, nan=-1.0), -1, 1)
    return np.rint((bounded + 1) * 127.5).astype(np.uint8)
