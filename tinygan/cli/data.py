"""tinygan data: what G can be trained on."""

from pathlib import Path

import click
import numpy as np
from rich.table import Table

from tinygan.cli.pictures import draws, picture_path
from tinygan.cli.terminal import Terminal
from tinygan.data import Images, catalogue, load
from tinygan.disk import expect_writable
from tinygan.drawing.grid import grid
from tinygan.drawing.save import DPI, save_picture
from tinygan.errors import SettingError
from tinygan.folder import expect_no_part


@click.command(short_help="List the data sets, or describe one.")
@click.argument("name", required=False)
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files.")
@click.option("--out", type=click.Path(), help="Write a picture of its first 64 images here.")
@draws
def data(name: str | None, data_dir: str | None, out: str | None, format: str | None, dpi: int | None) -> None:
    """List the data sets; with NAME, read that one, check it, and say what is in it."""
    terminal = Terminal()
    if name is None:
        table = Table(box=None)
        table.add_column("data", no_wrap=True)
        for title in ("example", "what", "from"):
            table.add_column(title)
        for entry in catalogue():
            shape = " x ".join(map(str, entry.shape)) if entry.shape else "any"
            table.add_row(entry.name, shape, entry.description, entry.origin)
        terminal.table(table)
        return
    path = None
    if out is not None or format is not None or dpi is not None:
        path = picture_path(out, Path(name), format)
        expect_no_part(path)
        expect_writable(path)
    source = load(name, data_dir)
    if isinstance(source, Images):
        terminal.say(f"{name}: {len(source):,} images of {' x '.join(map(str, source.shape))}")
        if source.labels is not None:
            counts = np.bincount(source.labels)
            terminal.say("examples per label: " + ", ".join(f"{i}: {n}" for i, n in enumerate(counts)))
        if path:
            save_picture(path, grid(source.images[:64], dpi=dpi or DPI), dpi=dpi or DPI)
            terminal.unbroken(f"the first {min(64, len(source))}: {path}")
    elif path:
        raise SettingError(
            f"--out has a picture of images; {name} is a density, which `tinygan train` draws as it learns"
        )
    else:
        terminal.say(f"{source}: a density on R^{source.shape[0]}, sampled afresh")
