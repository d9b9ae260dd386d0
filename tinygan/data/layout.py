"""The layout of a folder of images: which files are images, and whether sub-folders are splits or classes.

photos/*.png                         images without labels
photos/cat/*.png                     a class for each sub-folder
photos/train/*.png                   a split; beside it perhaps test/ and val/
photos/train/cat/*.png               a split with classes
"""

import os
import re
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tinygan.errors import DataError

ENDINGS = {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm"}
# folders that programs create on their own; names that begin with a dot are skipped too
_FOREIGN = {"__MACOSX", "__pycache__", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "lost+found"}
_SPLITS = {
    "train": "train", "training": "train",
    "test": "test", "testing": "test",
    "val": "val", "valid": "val", "validation": "val", "dev": "val",
}  # fmt: skip
_LIKE_A_SPLIT = re.compile(
    r"(?<![A-Za-z])(?i:train(ing)?|test(ing)?|val(id(ation)?)?|dev|eval(uation)?|unlabell?ed|extra)(?![a-z])"
)
# image formats that are not read: an error, because skipping such files would lose images silently
_UNREAD = {".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".tga", ".pbm", ".pnm"}

Parts: TypeAlias = tuple[str, ...]  # the path of a file below the folder


class Listing(NamedTuple):
    """The image files of a split in the order of their names, with labels and class names where there are classes."""

    paths: list[Path]
    labels: NDArray[np.int64] | None
    classes: tuple[str, ...]


def listed(top: Path, split: str) -> Listing:
    """The images of a split, and their classes.

    Sub-folders are splits if all that hold images are named like one (train, test, val, ...). Otherwise they are
    classes, even one called train. The classes of train are numbered in the order of their names, then those that only
    another split has, so a class has the same number in every split.
    Raises DataError if the folder is missing, holds no images, or has another layout.
    """
    if not top.is_dir():
        raise DataError(f"folder: no folder {top}; name a folder of images with --data-dir DIR")
    try:
        splits = _splits(top, image_files(top))
    except OSError as problem:
        raise DataError(f"folder: cannot list {problem.filename or top}: {problem.strerror or problem}") from problem
    if split not in splits:
        raise DataError(_lacking(top, split, splits))
    place, files = splits[split]
    _check_levels(place, files)
    paths = [place.joinpath(*parts) for parts in files]
    if len(files[0]) == 1:
        return Listing(paths, None, ())
    names = _classes(splits, split)
    numbers = {name: number for number, name in enumerate(names)}
    return Listing(paths, np.array([numbers[parts[0]] for parts in files], np.int64), tuple(names))


def image_files(top: Path) -> list[Parts]:
    """The paths of all image files below `top`, sorted."""
    found: list[Parts] = []
    waiting: list[tuple[Parts, frozenset]] = [((), frozenset())]
    while waiting:
        parts, above = waiting.pop()
        place = top.joinpath(*parts)
        here = os.stat(place)
        if (here.st_dev, here.st_ino) in above:
            raise DataError(f"{place}: a link to a folder that it lies in; remove it")
        for name in os.listdir(place):
            if name.startswith(".") or name in _FOREIGN:
                continue
            if (place / name).is_dir():  # also one whose name ends in .png
                waiting.append(((*parts, name), above | {(here.st_dev, here.st_ino)}))
            elif _is_image(place / name):
                found.append((*parts, name))
    return sorted(found)


def _is_image(path: Path) -> bool:
    """Whether `path` has the name of an image. Raises DataError if its format is not read, or if it is no file."""
    ending = path.suffix.lower()
    if ending in _UNREAD:
        raise DataError(f"{path}: images that end in {ending} are not read; convert it to png, or move it elsewhere")
    if ending in ENDINGS and not path.is_file():
        raise DataError(f"{path}: expected a file, got a broken link or a device; remove it")
    return ending in ENDINGS


def _splits(top: Path, files: list[Parts]) -> dict[str, tuple[Path, list[Parts]]]:
    """The folder of each split, and the files in it; without splits the whole of `top` is train."""
    names = sorted({parts[0] for parts in files if len(parts) > 1})
    known = [_SPLITS[name.lower()] for name in names if name.lower() in _SPLITS]
    if not names or len(known) < len(names):
        if len(alike := [name for name in names if _LIKE_A_SPLIT.search(name)]) > 1:
            raise DataError(
                f"folder: {top} holds {', '.join(names)}: are {' and '.join(alike)} splits, or classes? Splits are "
                "called train, test and val, with nothing beside them; rename the classes, or move others elsewhere"
            )
        return {"train": (top, files)} if files else {}
    if len({*known}) < len(known):
        raise DataError(f"folder: {top} holds {', '.join(names)}, of which two are the same split; keep one of them")
    if loose := [parts for parts in files if len(parts) == 1]:
        raise DataError(f"folder: {top} holds {loose[0][0]} beside the splits {', '.join(names)}; move it into one")
    return {_SPLITS[name.lower()]: (top / name, [parts[1:] for parts in files if parts[0] == name]) for name in names}


def _check_levels(place: Path, files: list[Parts]) -> None:
    """Raises DataError unless all files lie in `place` itself, or all in its sub-folders."""
    if deep := [parts for parts in files if len(parts) > 2]:
        raise DataError(
            f"folder: images in {place.joinpath(*deep[0][:-1])} lie {len(deep[0]) - 1} levels below {place}, "
            "and classes one; name another folder with --data-dir, or move them up"
        )
    if len({len(parts) for parts in files}) > 1:
        raise DataError(
            f"folder: {place} holds images beside sub-folders of images; sort all of them into sub-folders, or none"
        )


def _classes(splits: dict[str, tuple[Path, list[Parts]]], split: str) -> list[str]:
    """The sub-folders of train, sorted; for another split followed by those that train lacks."""
    names = {split: {parts[0] for parts in files if len(parts) > 1} for split, (_, files) in splits.items()}
    first = names.get("train", set())
    return sorted(first) + (sorted(set().union(*names.values()) - first) if split != "train" else [])


def _lacking(top: Path, split: str, splits: dict[str, tuple[Path, list[Parts]]]) -> str:
    """The error message for a split that has no images."""
    if not splits:
        return f"folder: no images in {top}; expected files ending in {' '.join(sorted(ENDINGS))}"
    place = top / split
    if any(parts[0] == split for parts in splits.get("train", (top, []))[1]):
        return f"folder: {place} is a class, as its neighbours are no splits; there is only train"
    return (
        f"folder: {'no images in' if place.is_dir() else 'no folder'} {place}; "
        f"the {split} split is a sub-folder of that name"
    )
