"""CIFAR-10 (Krizhevsky 2009), binary version: records of one label byte and 3 x 32 x 32 bytes, plane after plane."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinygan.data.files import LIMIT, check_split, locate, reason
from tinygan.data.images import Images
from tinygan.errors import DataError

_FILES = {"train": [f"data_batch_{i}.bin" for i in range(1, 6)], "test": ["test_batch.bin"]}
_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_RECORD = 1 + 3 * 32 * 32  # bytes


def cifar10(data_dir: str | Path | None = None, split: str = "train") -> Images:
    """Photographs, 32 x 32 RGB, of ten classes: airplane automobile bird cat deer dog frog horse ship truck.

    50,000 to train and 10,000 to test with, or as many as the files hold. Looks in data_dir/cifar-10-batches-bin,
    data_dir/cifar10-subset and data_dir itself; without data_dir, in the first two under the folder that TINYGAN_DATA
    names, and under the cache. Raises DataError if files are missing or damaged.
    """
    check_split("cifar10", split)
    found = locate("cifar10", data_dir, ("cifar-10-batches-bin", "cifar10-subset"), _FILES[split], gz=False)
    paths = [found[file] for file in _FILES[split]]
    _check_sizes(paths)
    records = np.concatenate([_records(path) for path in paths])  # (N, 3073)
    planes = records[:, 1:].reshape(-1, 3, 32, 32)
    images = np.ascontiguousarray(planes.transpose(0, 2, 3, 1))
    return Images("cifar10", images, records[:, 0].astype(np.int64), _CLASSES)


def _check_sizes(paths: list[Path]) -> None:
    """Raise DataError, before anything is read, unless every file has whole records and all fit in memory."""
    sizes = {path: path.stat().st_size for path in paths}
    for path, size in sizes.items():
        if size == 0 or size % _RECORD or sum(sizes.values()) > LIMIT:
            raise DataError(
                f"{path}: expected a positive multiple of {_RECORD} bytes, at most {LIMIT} in all files, got {size}"
            )


def _records(path: Path) -> NDArray[np.uint8]:
    """The records of one file, (n, 3073)."""
    try:
        records = np.fromfile(path, np.uint8).reshape(-1, _RECORD)
    except OSError as problem:
        raise DataError(f"{path}: cannot be read: {reason(problem)}") from problem
    if records[:, 0].max() > 9:
        raise DataError(f"{path}: expected labels 0 to 9, got {records[:, 0].max()}")
    return records
