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
from tinygan.data.pairs import Pairs
from tinygan.data.source import Source
from tinygan.data.stacked import Stacked
from tinygan.data.translations import SIDE_BY_SIDE, TRANSLATIONS, translation_of
from tinygan.data.two_folders import two_folders
from tinygan.data.unpaired import Unpaired
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
    (Entry("mnist", "60,000 handwritten digits", _GREY, "IDX files in --data-dir, or --fetch"), mnist),
    (
        Entry(
            "fashion-mnist",
            "60,000 garments",
            _GREY,
            "IDX files in --data-dir, --fetch, or Debian's dataset-fashion-mnist",
        ),
        fashion_mnist,
    ),
    (
        Entry("cifar10", "50,000 photographs of 10 kinds", (32, 32, 3), "binary version in --data-dir, or --fetch"),
        cifar10,
    ),
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
    (
        Entry("rings", "5 Gaussians and 10 Gaussians, each on a circle", (2,), _MADE),
        lambda *_: Unpaired("rings", Ring(5, std=0.05), Ring(10, std=0.05)),
    ),
    (
        Entry("paired-folder", "your own pairs, side by side in a file", None, "png, jpg, ... in --data-dir"),
        lambda data_dir, split: Pairs("paired-folder", _images("folder", data_dir, split), SIDE_BY_SIDE),
    ),
    (Entry("two-folders", "your own images of two domains", None, "trainA, trainB in --data-dir"), two_folders),
]
_OF_OTHERS = [
    *(Entry(f"{name}-SET", f"pairs: {each.words}", None, "of SET") for name, each in TRANSLATIONS.items()),
    Entry("SET+SET", "images of two sets, unpaired", None, "of both"),
]
_SETS_OF_IMAGES = ("digits", "mnist", "fashion-mnist", "cifar10", "folder")


def catalogue() -> list[Entry]:
    """The lines of the catalogue. `load` takes their names, with the name of a set of images in place of SET."""
    return [*(entry for entry, _ in _SETS), *_OF_OTHERS]


def has_images(name: str) -> bool:
    """Whether the examples of the data set called `name` are images, or pairs of images; False for an unknown name."""
    shapes = {entry.name: entry.shape for entry in catalogue()}
    if name in shapes:
        return shapes[name] is None or len(shapes[name] or ()) == 3
    return name == IMAGES or "+" in name or name.partition("-")[0] in TRANSLATIONS


def load(name: str, *, data_dir: str | Path | None = None, split: str = "train") -> Source:
    """The data set called `name`. The `held_out` of training images loads the test images.

    data_dir: the folder of its files; ignored by sets without files.   split: 'train' or 'test'; ignored by densities.
    Raises SettingError if the name is not in the catalogue, DataError if files are missing or damaged.

    >>> load("ring")
    Ring(modes=8, radius=1.0, std=0.01)
    """
    if (made := _of_others(name, data_dir, split)) is not None:
        return made
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
    raise _unknown(name)


def parts(name: str) -> list[str]:
    """The names of the data sets that the one called `name` is made of. Raises SettingError if there is none of it.

    >>> parts("mnist"), parts("stacked-mnist"), parts("edges-mnist+cifar10")
    (['mnist'], ['mnist'], ['mnist', 'cifar10'])
    """
    known = {entry.name for entry, _ in _SETS}
    found = []
    for part in name.split("+"):
        first, _, rest = part.partition("-")
        of = rest if first in TRANSLATIONS or (first == "stacked" and part in known) else part
        if of not in known:
            raise _unknown(name)
        found.append(of)
    return list(dict.fromkeys(found))


def _unknown(name: str) -> SettingError:
    known = [entry.name for entry, _ in _SETS] + [f"{each}-{name}" for each in TRANSLATIONS for name in _SETS_OF_IMAGES]
    return SettingError(f"No such data set {name!r}. {did_you_mean(name, known)}")


def _of_others(name: str, data_dir: str | Path | None, split: str) -> Source | None:
    """The data set that is made of others, such as edges-digits or digits+fashion-mnist; None for another name."""
    first, plus, second = name.partition("+")
    if first and plus and second:
        a, b = (_images(part, data_dir, split) for part in (first, second))
        return Unpaired(name, a, b, partial(_tests, name, a, b))
    translation, _, images = name.partition("-")
    if translation not in TRANSLATIONS or not images:
        return None
    of = _images(images, data_dir, split)
    return Pairs(name, of, translation_of(translation, of))


def _tests(name: str, a: Images, b: Images) -> Unpaired | None:
    """The test images of both sets; None if one has none."""
    of_a, of_b = a.held_out(), b.held_out()
    return None if of_a is None or of_b is None else Unpaired(name, of_a, of_b)


def _images(name: str, data_dir: str | Path | None, split: str) -> Images:
    """The set of images called `name`. Raises SettingError if it has other examples."""
    images = load(name, data_dir=data_dir, split=split)
    if not isinstance(images, Images):
        raise SettingError(f"{name} is no set of images; choose one of {', '.join(_SETS_OF_IMAGES)}")
    return images
