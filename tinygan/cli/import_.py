"""tinygan import: a run from the weights of a generator that another program trained."""

import json
from pathlib import Path
from typing import Any

import click

from tinygan import configuration, nn
from tinygan.cli.folders import chosen
from tinygan.cli.options import Place, assigned
from tinygan.cli.terminal import Terminal
from tinygan.errors import DataError, SettingError
from tinygan.export.pytorch import plain
from tinygan.export.safetensors import read, with_arrays
from tinygan.folder import claimed, expect_empty
from tinygan.recipes import Run, find

RUNS = Path("runs")
ROWS = 2  # of the inputs that show the shapes


@click.command("import", short_help="Make a run of weights from another program.")
@click.argument("file", type=Place())
@click.option("--recipe", help="Whose G has these weights (default: the one that the file names).")
@click.option("--data", help="Data set of the recipe, whose shape G makes.")
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="A setting of the recipe; repeatable.")
@click.option("--discriminator", type=Place(), help="The file of D's weights; without it D is a new one.")
@click.option("--out", type=click.Path(), help="Folder of the run (default: runs/RECIPE-imported).")
def import_(
    file: str,
    recipe: str | None,
    data: str | None,
    data_dir: str | None,
    assignments: tuple[str, ...],
    discriminator: str | None,
    out: str | None,
) -> None:
    """Make a run of FILE.safetensors, the weights of G with PyTorch's names and layouts.

    Its samples are those of the G that was trained elsewhere, with its batch norms' running statistics. `tinygan train
    --resume` trains it further.
    """
    arrays, about = read(Path(file))
    if about.get("network", "G") != "G":
        raise SettingError(f"{file} holds {about['network']}; give the file of G, and this one by --discriminator")
    name, settings = _described(about, recipe)
    settings |= assigned(assignments) | ({} if data is None else {"data": data})
    run = Run(find(name).changed(settings), data_dir=data_dir)
    z = nn.part(run.shown_z, 0, ROWS)
    run.G, run.statistics = _taken(run.G, run.generator(), z, arrays, file)
    if run.average is not None:
        run.average = nn.frozen(run.G)
    if discriminator is not None:
        if run.D is None:
            raise SettingError(f"recipe {name!r} has no D; leave out --discriminator")
        run.D, _ = _taken(run.D, run.D, run.generator()(z), read(Path(discriminator))[0], discriminator)
    folder = chosen(out, RUNS / f"{run.recipe.name}-imported", expect_empty)
    with claimed(folder):
        expect_empty(folder)
        run.save(folder / "checkpoint.npz")
        configuration.write(folder / "config.toml", run.config())
        Run.load(folder, data=run.source)  # as the next command does
    terminal = Terminal()
    terminal.unbroken(f"{len(arrays)} arrays of {file} are G of {run.recipe.name} in {folder}. Its samples:")
    terminal.command("tinygan", "sample", folder)


def _described(about: dict[str, str], recipe: str | None) -> tuple[str, dict[str, Any]]:
    """The recipe's name and settings: those that a file of `tinygan export` names, or the recipe that was asked for."""
    try:
        config = json.loads(about["config"])
        name, settings = str(config["recipe"]), dict(config["settings"])
    except (KeyError, TypeError, ValueError):
        if recipe is None:
            raise SettingError("the file does not say whose weights it has; name the recipe by --recipe") from None
        return recipe, {}
    return (name, settings) if recipe in (None, name) else (str(recipe), {})


def _taken(player: Any, evaluated: Any, x: Any, arrays: dict[str, Any], file: str) -> tuple[Any, dict[str, Any]]:
    """(the player with the arrays of a file, the statistics of its batch norms).

    evaluated: the player with standing statistics.   x: some of its inputs.
    """
    same = plain(evaluated)
    learned = nn.parameters(player).keys()
    if not learned <= dict(nn.named_leaves(same)).keys():
        raise SettingError(
            "the recipe's network has spectral or weight norm, and such a file has the weights that come out of it, "
            "not those that go in; import takes a network without"
        )
    try:
        made, statistics = with_arrays(same, x, arrays)
    except DataError as error:
        raise DataError(f"{file}: {error}") from None
    return nn.updated(player, {path: leaf for path, leaf in nn.named_leaves(made) if path in learned}), statistics
