"""A data set of images in memory, which networks get as floats in [-1, 1]."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.dataset import Dataset
from tinygan.data.fingerprint import fingerprint
from tinygan.data.labels import class_names, in_classes
from tinygan.data.source import Origin
from tinygan.errors import DataError


@dataclass(frozen=True, eq=False)
class Images(Dataset):
    """N >= 1 images of one size, grey or RGB, with or without labels.

    images: uint8 (N, H, W, C), or float32 from -1, black, to 1, white.   labels: int64 (N,) in 0..K-1, or None.
    classes: the K names; "0", "1", ... if none are given.   test: a function that returns the test images.
    Raises DataError if the type, the shape or the range is another, or if there are no images. Floats without a
    negative number are an error too: they were scaled to [0, 1], but G ends in tanh, whose range is (-1, 1).
    """

    name: str
    images: NDArray[Any]
    labels: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()
    test: Callable[[], "Images"] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (problem := _problem(self.images)) is not None:
            raise DataError(
                f"{self.name}: expected images as uint8 (N, H, W, C), or as float32 in [-1, 1], with 1 or 3 channels "
                f"and no size 0, got {self.images.dtype} {self.images.shape}{problem}"
            )
        object.__setattr__(self, "classes", class_names(self.name, len(self), self.labels, self.classes))

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"Images({self.name!r}, {' x '.join(map(str, self.images.shape))})"

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, C) of one image."""
        _, height, width, channels = self.images.shape
        return height, width, channels

    @property
    def origin(self) -> Origin | None:
        return Origin(self, np.asarray) if len(self.classes) > 1 else None

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the images without their labels: a run that uses no labels can be resumed without them."""
        return fingerprint(self.images)

    def describe(self) -> str:
        """The number of images, their shape and the number of classes.

        >>> Images("grey", np.zeros((5000, 28, 28, 1), np.uint8)).describe()
        '5,000 images of 28 x 28 x 1'
        """
        return f"{len(self):,} images of {' x '.join(map(str, self.shape))}{in_classes(self.classes)}"

    def held_out(self) -> "Images | None":
        """The test images, or None. Raises DataError if their files are missing or if their size is another."""
        if self.test is None:
            return None
        images = self.test()
        if images.shape != self.shape:
            sizes = (" x ".join(map(str, each.shape)) for each in (images, self))
            raise DataError(
                "{}: test images of {} beside training images of {}; make them alike".format(self.name, *sizes)
            )
        return images

    def examples(self, indices: ArrayLike) -> NDArray[np.float32]:
        """The images at `indices` (m,), float32 (m, H, W, C) in [-1, 1]; a byte b becomes b / 127.5 - 1."""
        x = self.images[np.asarray(indices)].astype(np.float32, copy=False)
        if self.images.dtype == np.uint8:
            x /= 127.5
            x -= 1
        return x

    def taken(self, indices: ArrayLike) -> "Images":
        """The images at `indices` (n,) with their labels. The classes stay, also those without images; so do the test
        images.
        """
        indices = np.asarray(indices)
        return replace(self, images=self.images[indices], labels=None if self.labels is None else self.labels[indices])

    def padded(self, height: int, width: int) -> "Images":
        """The images and the test images, padded with black on all sides to `height` x `width`, say 28 x 28 to 32 x 32.

        Raises DataError if the images are larger than that.
        """
        rows, columns = height - self.shape[0], width - self.shape[1]
        if rows < 0 or columns < 0:
            raise DataError(
                f"{self.name}: images of {self.shape[0]} x {self.shape[1]} do not fit in {height} x {width}"
            )
        margins = [(0, 0), (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2), (0, 0)]
        black = 0 if self.images.dtype == np.uint8 else -1
        test = self.test and partial(_padded, self.test, height, width)
        return replace(self, images=np.pad(self.images, margins, constant_values=black), test=test)


def _padded(test: Callable[[], Images], height: int, width: int) -> Images:
    return test().padded(height, width)


def _problem(images: NDArray) -> str | None:
    """The end of an error message about arrays that are no images; None for images."""
    if images.dtype not in (np.uint8, np.float32) or images.ndim != 4 or images.size == 0:
        return ""
    if images.shape[3] not in (1, 3):
        return "; channels come last: X.transpose(0, 2, 3, 1)" if images.shape[1] in (1, 3) else ""
    if images.dtype == np.uint8:
        return None
    least, most = images.min(), images.max()  # nan if a pixel is nan
    if -1 <= least < 0 and most <= 1:
        return None
    return f" from {least:g} to {most:g}" + ("; of [0, 1], take 2 * X - 1" if least >= 0 and most <= 1 else "")


def as_uint8(samples: ArrayLike) -> NDArray[np.uint8]:
    """Floats in [-1, 1] as bytes of the same shape, the inverse of `examples`: rounded and clipped, NaN as black.

    >>> as_uint8([-1.0, 0.0, 1.0, 7.0])
    array([  0, 128, 255, 255], dtype=uint8)
    """
    bounded = np.clip(np.nan_to_num(samples, nan=-1.0), -1, 1)
    return np.rint((bounded + 1) * 127.5).astype(np.uint8)
