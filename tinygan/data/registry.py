"""Every data set by name, and the catalogue that `tinygan data` prints."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tinygan.data.arrays import IMAGES, POINTS
from tinygan.data.cifar import cifar10
from tinygan.data.curves import Moons, SwissRoll
from tinygan.data.digits import digits
from tinygan.data.files import absolute
from tinygan.data.folder import folder
from tinygan.data.gaussians import Gaussian, Grid, Mixture, Overlapping, Ring
from tinygan.data.images import Images
from tinygan.data.mnist import fashion_mnist, mnist
from tinygan.data.source import Source
from tinygan.data.stacked import Stacked
from tinygan.errors import DataError, SettingError, did_you_mean


class Entry(NamedTuple):
    """A data set's line in the catalogue."""

    name: str
    description: str
    shape: tuple[int, ...] | None  # of one example; None where the files decide
    origin: str


_Loader = Callable[[str | Path | None, str], Source]  # (data_dir, split)

_GREY, _STACKED, _MADE = (28, 28, 1), (28, 28, 3), "made on the spot"


def _stacked(digits: str) -> _Loader:
    """The loader of stacked images of the data set called `digits`."""
    return lambda data_dir, split: Stacked(f"stacked-{digits}", _images(digits, data_dir, split))


_SETS: list[tuple[Entry, _Loader]] = [
    (
        Entry("digits", "10,000 handwritten digits, a sixth of MNIST", _GREY, "comes with tinygan"),
        lambda _, split: digits(split),
    ),
    (Entry("mnist", "60,000 handwritten digits", _GREY, "IDX files in --data-dir"), mnist),
    (
        Entry("fashion-mnist", "60,000 garments", _GREY, "IDX files in --data-dir, or Debian's dataset-fashion-mnist"),
        fashion_mnist,
    ),
    (Entry("cifar10", "50,000 photographs of 10 kinds", (32, 32, 3), "binary version in --data-dir"), cifar10),
    (Entry("stacked-digits", "three digits as channels: 1,000 modes", _STACKED, "of digits"), _stacked("digits")),
    (Entry("stacked-mnist", "three digits as channels: 1,000 modes", _STACKED, "of mnist"), _stacked("mnist")),
    (Entry("folder", "your own images, all of one size", None, "png, jpg, ... in --data-dir"), folder),
    (Entry("gaussian", "one Gaussian on the line", (1,), _MADE), lambda *_: Gaussian()),
    (Entry("mixture", "two Gaussians on the line", (1,), _MADE), lambda *_: Mixture()),
    (Entry("overlapping", "three overlapping Gaussians on the line", (1,), _MADE), lambda *_: Overlapping()),
    (Entry("ring", "8 Gaussians on a circle", (2,), _MADE), lambda *_: Ring()),
    (Entry("grid", "25 Gaussians on a lattice", (2,), _MADE), lambda *_: Grid()),
    (Entry("moons", "two interleaved half circles", (2,), _MADE), lambda *_: Moons()),
    (Entry("swiss-roll", "a spiral", (2,), _MADE), lambda *_: SwissRoll()),
]


def catalogue() -> list[Entry]:
    """The lines of the catalogue, one for each name that `load` takes."""
    return [entry for entry, _ in _SETS]


def load(name: str, data_dir: str | Path | None = None, split: str = "train") -> Source:
    """The data set called `name`. The `held_out` of training images loads the test images.

    data_dir: the folder of its files; ignored by sets without files.   split: 'train' or 'test'; ignored by densities.
    Raises SettingError if the name is not in the catalogue, DataError if files are missing or damaged.

    >>> load("ring")
    Ring(modes=8, radius=1.0, std=0.01)
    """
    for entry, loader in _SETS:
        if entry.name == name:
            place = None if data_dir is None else absolute(data_dir)
            try:
                source = loader(place, split)
            except MemoryError:
                raise DataError(
                    f"{name}: its files hold more than the memory that is free; use fewer of them"
                ) from None
            if isinstance(source, Images) and split == "train":
                return replace(source, test=partial(_images, name, place, "test"))
            return source
    if name in (IMAGES, POINTS):
        raise DataError(f"the {name} were an array in a program, not a file; give it again: Run.load(folder, data=X)")
    raise SettingError(f"No such data set {name!r}. {did_you_mean(name, [entry.name for entry in catalogue()])}")


def _images(name: str, data_dir: str | Path | None, split: str) -> Images:
    images = load(name, data_dir, split)
    assert isinstance(images, Images)
    return images
