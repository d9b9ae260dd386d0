"""tinygan data: the list of data sets, and the description of one, whose files may be fetched first."""

from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.table import Table

from tinygan.cli.fetching import fetch_parts
from tinygan.cli.pictures import draws, picture_path
from tinygan.cli.terminal import Terminal
from tinygan.data import Source, Unpaired, as_uint8, catalogue, load
from tinygan.disk import expect_writable
from tinygan.drawing.columns import columns
from tinygan.drawing.grid import grid
from tinygan.drawing.save import DPI, save_picture
from tinygan.errors import SettingError
from tinygan.folder import expect_no_part

SHOWN = 64  # images in the picture


@click.command(short_help="List the data sets, or describe one.")
@click.argument("name", required=False)
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files.")
@click.option(
    "--fetch", "fetched", is_flag=True, help="Fetch its files first, to --data-dir, TINYGAN_DATA or the cache."
)
@click.option("--out", type=click.Path(), help="Write a picture of its first 64 images here.")
@draws
def data(
    name: str | None, data_dir: str | None, fetched: bool, out: str | None, format: str | None, dpi: int | None
) -> None:
    """List the data sets; with NAME, read that one, check it, and say what is in it."""
    terminal = Terminal()
    if name is None:
        if fetched or (data_dir, out, format, dpi) != (None,) * 4:
            raise SettingError("--data-dir, --fetch, --out, --format and --dpi are of one data set: name it")
        terminal.table(_catalogue())
        return
    path = None
    if out is not None or format is not None or dpi is not None:
        path = picture_path(out, Path(name), format)
        expect_no_part(path)
        expect_writable(path)
    if fetched:
        fetch_parts(terminal, name, data_dir)
    source = load(name, data_dir=data_dir)
    if path and not source.has_images:
        raise SettingError(f"--out draws images; {name} has points, which `tinygan train` draws")
    if path and source.domains and source.domains.a[:2] != source.domains.b[:2]:
        of_a, of_b = (" x ".join(map(str, shape[:2])) for shape in source.domains)
        raise SettingError(f"--out draws images a and b of one size; those of {name} have {of_a} and {of_b} pixels")
    terminal.say(f"{name}: {source.describe()}")
    if source.classes:
        terminal.say(_classes(source))
    if path:
        save_picture(path, _drawn(source, dpi or DPI), dpi=dpi or DPI)
        terminal.unbroken(f"the first {_count(source)}: {path}")


def _catalogue() -> Table:
    """The list of data sets."""
    table = Table(box=None)
    table.add_column("data", no_wrap=True)
    for title in ("example", "what", "from"):
        table.add_column(title)
    for entry in catalogue():
        shape = " x ".join(map(str, entry.shape)) if entry.shape else "any"
        table.add_row(entry.name, shape, entry.description, entry.origin)
    return table


def _count(source: Any) -> int:
    """The number of images or pairs in the picture."""
    return min(SHOWN, *map(len, (source.a, source.b) if isinstance(source, Unpaired) else (source,)))


def _drawn(source: Any, dpi: int) -> Any:
    """The picture of the first images; of two domains a column for each."""
    first = np.arange(_count(source))
    if isinstance(source, Unpaired):
        a, b = (each.examples(first) for each in (source.a, source.b))
        return columns({"a": a, "b, unpaired": b}, dpi=dpi)
    examples = source.examples(first)
    return columns(examples._asdict(), dpi=dpi) if source.domains else grid(as_uint8(examples), dpi=dpi)


def _classes(source: Source) -> str:
    """The names of the classes and, of a data set, how many examples each has."""
    if not source.class_counts:
        return f"classes: {', '.join(source.classes)}"
    return "examples of each class: " + ", ".join(
        f"{name}: {count:,}" for name, count in zip(source.classes, source.class_counts, strict=True)
    )
