"""tinygan networks: the layers of a recipe's networks as tables, and the shapes of their maps as a picture."""

from pathlib import Path
from typing import Any

import click

from tinygan import nn
from tinygan.cli.options import describes_a_run, new_run
from tinygan.cli.pictures import draws, picture_path
from tinygan.cli.terminal import Terminal
from tinygan.disk import expect_writable
from tinygan.drawing.network import Row, network
from tinygan.drawing.save import save_picture
from tinygan.drawing.symbols import COLOURS
from tinygan.nn.minibatch import leaves

DPI = 120  # dots an inch of the picture by default


@click.command(short_help="See the layers of a recipe's networks, and the shapes between them.")
@describes_a_run
@click.option("--out", type=click.Path(), help="The picture (default: networks-RECIPE.png).")
@draws
def networks(out: str | None, format: str | None, dpi: int | None, **given: Any) -> None:
    """List the layers of G and D of RECIPE with the shapes of their outputs, and draw them."""
    picture_path(out, Path("networks"), format)  # a check, before the run is made
    terminal = Terminal()
    run = new_run({**given, "iterations": None})
    path = picture_path(out, Path(f"networks-{run.recipe.name}"), format)
    expect_writable(path)
    z = run.shown_z
    played = _apart("G", run.G, z) + ([] if run.D is None else _apart("D", run.D, nn.frozen(run.G)(z)))
    for name, module, x in played:
        terminal.unbroken(f"{name}, for a minibatch of {nn.rows(x)}\n{nn.summary(module, x)}\n")
    title = f"{run.recipe.name} on {run.recipe.data}"
    rows = [
        row(f"{name} of {title}: {nn.count(module):,} parameters", name[0], module, x) for name, module, x in played
    ]
    save_picture(path, network(rows), dpi=dpi or DPI)
    terminal.unbroken(f"picture: {path}")


def _apart(player: str, module: nn.Module, x: nn.Minibatch) -> list[tuple[str, nn.Module, nn.Minibatch]]:
    """The networks of a player with their names and inputs; a player that holds several has one for each."""
    if not hasattr(module, "networks"):
        return [(player, module, x)]
    return [(f"{player} ({name})", *each) for name, each in module.networks(x).items()]


def row(title: str, player: str, module: nn.Module, x: nn.Minibatch) -> Row:
    """A row of the picture: a network of the player "G" or "D", for a minibatch x; of several arrays, the first."""
    stages = [(stage.name.split("(")[0], stage.shapes[0][1:], stage.skip) for stage in nn.stages(module, x)]
    return title, COLOURS[player], leaves(x)[0].shape[1:], stages
