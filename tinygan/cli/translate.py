"""tinygan translate: images in, their translations out."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tinygan.cli.options import Place
from tinygan.cli.terminal import Terminal
from tinygan.data import as_uint8
from tinygan.data.files import LIMIT
from tinygan.data.folder import read_image
from tinygan.data.layout import image_files
from tinygan.disk import atomic, expect_writable
from tinygan.errors import DataError, SettingError
from tinygan.folder import expect_no_part, fresh
from tinygan.nn.minibatch import Pair
from tinygan.recipes import Run

CHUNK = 500  # images translated at a time
MANY = 500  # images from which on it says that it works
COLOURS = {1: "grey", 3: "colour"}  # by channels


@click.command(short_help="Translate images by a run.")
@click.argument("run", type=Place())
@click.argument("images", metavar="FOLDER", type=Place())
@click.option("--out", type=Place(), help="Folder of the translations (default: a new one, RUN/translated).")
@click.option("--back", is_flag=True, help="From domain b to a, where G goes both ways.")
def translate(run: str, images: str, out: str | None, back: bool) -> None:
    """Translate the images of FOLDER, or one image, by the G of RUN, the folder of a run.

    The translations are png files with the names of the images, in the same sub-folders. Images are expected in the
    size of the run's data, grey or RGB as these. The training data are not needed.
    """
    trained, _ = Run.load(run, backend="numpy", with_data=False)
    source, target = _expect_translates(trained, back)
    paths = _listed(Path(images))
    names = _names(paths)
    if out is not None:
        _expect_free(Path(out), Path(images), names)
    terminal = Terminal()
    with terminal.status("translating", refresh_per_second=2) if len(paths) >= MANY else nullcontext():
        given = _read(list(paths.values()), getattr(trained.source.domains, source), trained.recipe.name)
        folder = fresh(Path(run if Path(run).is_dir() else Path(run).parent) / "translated") if not out else Path(out)
        expect_writable(folder / names[0])
        _write(folder, names, _translated(trained, given, source))
    what = "1 translation" if len(names) == 1 else f"{len(names):,} translations"
    terminal.unbroken(f"{what} from {source} to {target}: {folder}")


def _expect_translates(trained: Run, back: bool) -> tuple[str, str]:
    """The domains that images come from and go to. Raises SettingError if the run does not translate such images."""
    name = trained.recipe.name
    if trained.source.domains is None:
        raise SettingError(f"recipe {name!r} translates nothing: its G makes samples of noise; use tinygan sample")
    if not trained.source.has_images:
        raise SettingError(f"the examples of {trained.recipe.data} are points, and translate takes images")
    if back and not trained.both_ways:
        again = (
            "; for the other way, train it with --set reverse=true" if "reverse" in trained.recipe.settings() else ""
        )
        raise SettingError(f"--back: the G of recipe {name!r} goes one way{again}")
    return ("b", "a") if back else ("a", "b")


def _listed(place: Path) -> dict[Path, Path]:
    """The image files by their path below `place`, a folder; `place` itself, if it is a file. Raises DataError."""
    if place.is_file():
        return {Path(place.name): place}
    if not place.is_dir():
        raise DataError(f"no folder, or image, {place}")
    found = {Path(*parts): place.joinpath(*parts) for parts in image_files(place)}
    if not found:
        raise DataError(f"no images in {place}; expected png, jpg, ...")
    return found


def _names(paths: dict[Path, Path]) -> list[Path]:
    """The paths of the translations below their folder.

    Raises DataError if two have one name, or if one has the name of a folder of others.
    """
    names: dict[Path, Path] = {}
    for below, path in paths.items():
        name = below.with_suffix(".png")
        if name in names:
            raise DataError(f"{names[name]} and {path} have one name, and so would their translations; rename one")
        names[name] = path
    folders = {folder for name in names for folder in name.parents}
    if taken := [name for name in names if name in folders]:
        raise DataError(f"{names[taken[0]]} would become {taken[0]}, which is a folder of images; rename one")
    return list(names)


def _expect_free(out: Path, images: Path, names: list[Path]) -> None:
    """Raises SettingError if --out is no folder, lies among the images, or holds files of the translations' names."""
    if out.exists() and not out.is_dir():
        raise SettingError(f"--out names a folder, got {str(out)!r}, a file")
    if images.is_dir() and out.resolve().is_relative_to(images.resolve()):
        raise SettingError(f"--out {out} lies in {images}, whose images are read; choose a folder elsewhere")
    for name in names:
        expect_no_part(out / name)
        if (out / name).exists():
            raise SettingError(f"{out / name} exists; move it, or choose another folder")
    for below in {folder for name in names for folder in name.parents}:
        if (out / below).exists() and not (out / below).is_dir():
            raise SettingError(f"{out / below} is a file, but a folder of translations has its name; move it")


def _read(paths: list[Path], shape: tuple[int, ...], recipe: str) -> NDArray[np.uint8]:
    """The images (n, H, W, C). Raises DataError, with the file's name, if one has another size or other channels."""
    if len(paths) * int(np.prod(shape)) > LIMIT:
        raise DataError(f"{len(paths):,} images exceed {LIMIT} bytes; translate them in parts")
    images = np.empty((len(paths), *shape), np.uint8)
    for i, path in enumerate(paths):
        pixels = read_image(path)
        if pixels.shape[2] != shape[2]:
            got, wanted = COLOURS[pixels.shape[2]], COLOURS[shape[2]]
            raise DataError(f"{path}: a {got} image, but this {recipe} translates {wanted} ones; convert it first")
        if pixels.shape != shape:
            got, wanted = (" x ".join(map(str, each[:2])) for each in (pixels.shape, shape))
            raise DataError(f"{path}: {got} pixels, but this {recipe} translates {wanted} ones; resize it first")
        images[i] = pixels
    return images


def _write(folder: Path, names: list[Path], images: Iterator[Any]) -> None:
    """Writes the translations, bytes (H, W, C) each. Without a place for all of them none is left."""
    written: list[Path] = []
    try:
        for name, pixels in zip(names, images, strict=True):
            with atomic(folder / name) as file:
                Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(file, "PNG")
            written.append(folder / name)
    except BaseException:  # Ctrl-C, too
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _translated(trained: Run, images: NDArray[np.uint8], domain: str) -> Iterator[Any]:
    """The translation of each image, bytes (H, W, C)."""
    other = "b" if domain == "a" else "a"
    shape = getattr(trained.source.domains, other)
    for start in range(0, len(images), CHUNK):
        x = images[start : start + CHUNK] / np.float32(127.5) - 1
        nothing = np.zeros((len(x), *shape), np.float32)  # in the place of the other domain
        made = trained.translated(Pair(**{domain: x, other: nothing}))
        yield from as_uint8(getattr(made, other))
