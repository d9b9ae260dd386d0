"""tinygan data: what G can be trained on."""

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from tinygan.data import Images, catalogue, load
from tinygan.disk import atomic, expect_file


@click.command(short_help="List the data sets, or describe one.")
@click.argument("name", required=False)
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files.")
@click.option("--out", type=click.Path(), help="Write a picture of its first 64 images here (.png).")
def data(name: str | None, data_dir: str | None, out: str | None) -> None:
    """List the data sets; with NAME, read that one, check it, and say what is in it."""
    console = Console()
    if name is None:
        table = Table("data", "example", "what", "from", box=None)
        for entry in catalogue():
            shape = " x ".join(map(str, entry.shape)) if entry.shape else "any"
            table.add_row(entry.name, shape, entry.description, entry.origin)
        console.print(table)
        return
    if out:
        expect_file(out)
    source = load(name, data_dir)
    if isinstance(source, Images):
        console.print(f"{name}: {len(source):,} images of {' x '.join(map(str, source.shape))}", highlight=False)
        if source.labels is not None:
            counts = np.bincount(source.labels)
            console.print(
                "examples per label: " + ", ".join(f"{i}: {n}" for i, n in enumerate(counts)), highlight=False
            )
        if out:
            from tinygan.observers.grid import grid

            with atomic(out) as file:
                grid(source.images[:64]).save(file, format="PNG")
            console.print(f"the first {min(64, len(source))}: {out}", highlight=False)
    else:
        console.print(f"{source}: a density on R^{source.shape[0]}, sampled afresh", highlight=False)
