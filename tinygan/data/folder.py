"""A folder of image files (png, jpg, ...) of one size and mode, read into memory."""

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.data.files import LIMIT, check_split, reason
from tinygan.data.images import Images
from tinygan.data.layout import listed
from tinygan.errors import DataError

_CHANNELS = {"L": 1, "RGB": 3}


def folder(data_dir: str | Path | None, split: str = "train") -> Images:
    """The images of a folder in the order of their names, grey or RGB, rotated as their EXIF data say.

    Sub-folders are classes or splits (`layout.py`): data_dir/cat/*.png and data_dir/dog/*.png are two classes,
    data_dir/train and data_dir/test two splits. Without splits there is only train.
    Raises DataError, with the file's name, if an image is unreadable, has another size or mode than the first, or would
    lose something: more than 8 bits a channel, transparency, further frames.
    """
    check_split("folder", split)
    if data_dir is None:
        raise DataError("folder: name a folder of png or jpg files, all of one size, with --data-dir DIR")
    top = Path(data_dir).expanduser()
    paths, labels, classes = listed(top, split)
    first = read_image(paths[0])
    if len(paths) * first.size > LIMIT:
        raise DataError(f"folder: {len(paths)} images of {_described(first)} in {top} exceed {LIMIT} bytes; use fewer")
    images = np.empty((len(paths), *first.shape), np.uint8)
    for i, path in enumerate(paths):
        pixels = read_image(path)
        if pixels.shape != first.shape:
            raise DataError(
                f"{path}: {_described(pixels)}, but {paths[0].name} is {_described(first)}; make them alike"
            )
        images[i] = pixels
    return Images("folder", images, labels, classes)


def read_image(path: Path) -> NDArray[np.uint8]:
    """The image at `path`, rotated as its EXIF data say, uint8 (H, W, 1) or (H, W, 3)."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("error", UserWarning)  # from damaged EXIF data: the rotation is unknown
            with Image.open(path) as image:
                mode, lost = image.mode, _lost(image)
                if not lost:
                    ImageOps.exif_transpose(image, in_place=True)
                    pixels = np.asarray(image)
    except UnidentifiedImageError:  # its message repeats the name
        raise DataError(f"{path}: cannot be read as an image: its format is not known") from None
    except Exception as problem:  # a decoder may raise anything on a damaged file
        raise DataError(f"{path}: cannot be read as an image: {reason(problem)}") from problem
    if lost:
        raise DataError(f"{path}: {lost}; convert it first")
    return pixels.reshape(*pixels.shape[:2], _CHANNELS[mode])


def _lost(image: Any) -> str:
    """The reason that an opened image cannot become 8 bits of grey or RGB without loss; "" if it can."""
    if image.mode not in _CHANNELS:
        return f"mode {image.mode}, expected L (grey) or RGB"
    for codec, _, _, arguments in image.tile:  # Pillow reads 16 bits a channel as RGB, keeping the upper 8
        if re.search(";16[BLNS]", str(arguments)) or (codec.startswith("ppm") and arguments[1] > 255):
            return "16 bits a channel, expected 8"
    if "transparency" in image.info:
        return "transparent pixels, expected none"
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # MPO: a photograph and its preview
        return f"{frames} frames, expected one"
    return ""


def _described(pixels: NDArray) -> str:
    height, width, channels = pixels.shape
    return f"{height} x {width} {'L' if channels == 1 else 'RGB'}"
