"""A folder of image files (png, jpg, ...) of one size and mode; sub-folders, where there are any, are the classes."""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinygan.data.files import LIMIT, SPLITS, check_split
from tinygan.data.images import Images
from tinygan.errors import DataError

_ENDINGS = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm"}
_CHANNELS = {"L": 1, "RGB": 3}


def folder(data_dir: str | Path | None, split: str = "train") -> Images:
    """The images of a folder in the order of their names, grey or RGB.

    With sub-folders (data_dir/cat/*.png, data_dir/dog/*.png), labels are 0, 1, ... in the order of the sub-folders'
    names. With data_dir/train or data_dir/test, the split is that folder; without, there is only train.
    Raises DataError, naming the file, for one that is unreadable, or of another size or mode than the first.
    """
    check_split("folder", split)
    if data_dir is None:
        raise DataError("folder: name a folder of png or jpg files, all of one size, with --data-dir DIR")
    top = Path(data_dir).expanduser()
    if split == "test" or any((top / name).is_dir() for name in SPLITS):
        top = top / split
    if not top.is_dir():
        advice = "; its test split is a sub-folder of that name" if top.name == "test" else ""
        raise DataError(f"folder: no folder {top}{advice}")
    try:
        paths, labels = _listed(top)
    except OSError as problem:
        raise DataError(f"folder: cannot list {top}: {problem}") from problem
    first = _pixels(paths[0])
    if len(paths) * first.size > LIMIT:
        raise DataError(f"folder: {len(paths)} images of {_described(first)} in {top} exceed {LIMIT} bytes; use fewer")
    images = np.empty((len(paths), *first.shape), np.uint8)
    for i, path in enumerate(paths):
        pixels = _pixels(path)
        if pixels.shape != first.shape:
            raise DataError(
                f"{path}: {_described(pixels)}, but {paths[0].name} is {_described(first)}; make them alike"
            )
        images[i] = pixels
    return Images("folder", images, labels)


def _listed(top: Path) -> tuple[list[Path], NDArray[np.int64] | None]:
    """The image files in `top`, or in its sub-folders with one label each."""
    loose = _image_files(top)
    classes = [files for sub in sorted(top.iterdir()) if sub.is_dir() and (files := _image_files(sub))]
    if loose and classes:
        raise DataError(
            f"folder: {top} holds images beside sub-folders of images; sort all of them into sub-folders, or none"
        )
    if not loose and not classes:
        raise DataError(f"folder: no images in {top}; expected files ending in {' '.join(sorted(_ENDINGS))}")
    if loose:
        return loose, None
    labels = [label for label, files in enumerate(classes) for _ in files]
    return [path for files in classes for path in files], np.array(labels, np.int64)


def _image_files(place: Path) -> list[Path]:
    return sorted(path for path in place.iterdir() if path.suffix.lower() in _ENDINGS and not path.name.startswith("."))


def _pixels(path: Path) -> NDArray[np.uint8]:
    """The image at `path`, uint8 (H, W, 1) or (H, W, 3)."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                mode = image.mode
                pixels = np.asarray(image) if mode in _CHANNELS else None
    except Exception as problem:  # a decoder may raise anything on a damaged file
        raise DataError(f"{path}: cannot be read as an image: {problem}") from problem
    if pixels is None:
        raise DataError(f"{path}: mode {mode}, expected L (grey) or RGB; convert it first")
    return pixels.reshape(*pixels.shape[:2], _CHANNELS[mode])


def _described(pixels: NDArray) -> str:
    height, width, channels = pixels.shape
    return f"{height} x {width} {'L' if channels == 1 else 'RGB'}"
