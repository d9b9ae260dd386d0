"""tinygan compare: training of several recipes over seeds, in as many processes as there are cores."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from math import isnan
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from tinygan.backend import backend as find_backend
from tinygan.cli.folders import chosen, newest
from tinygan.cli.interrupts import interruptible
from tinygan.cli.options import BACKENDS, Whole, assigned
from tinygan.cli.pictures import draws
from tinygan.cli.terminal import Terminal, command
from tinygan.comparison import Comparison, Failures, Outcome, Row, rows
from tinygan.comparison import compare as make
from tinygan.comparison.progress import Progress
from tinygan.data import load
from tinygan.disk import expect_writable
from tinygan.drawing.rows import DPI
from tinygan.errors import SettingError
from tinygan.machine import cores
from tinygan.metrics.evaluate import NAMES
from tinygan.recipes import RECIPES, Recipe, find
from tinygan.recipes.contender import Contender

PER_CORE = 4  # runs at a time, at most; more need more memory and are not faster
COMPARISONS = Path("comparisons")
TWO_SEEDS = "Two seeds make wide intervals: 12.7 standard errors to each side; five make 2.8."  # Student's t


@click.command(short_help="Train recipes side by side, over seeds.")
@click.argument("recipes", nargs=-1, metavar="RECIPE[:KEY=VALUE,...]...")
@click.option("--data", help="Data set; `tinygan data` lists them.")
@click.option("--seeds", type=Whole(1), help="How many, from 0 on (default: 5).")
@click.option("--iterations", type=Whole(1), help="Of Algorithm 1, in every run.")
@click.option(
    "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting of every recipe; repeatable."
)
@click.option("--samples", type=Whole(1), help="To be measured of each run (default: 2500).")
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files.")
@click.option("--backend", type=BACKENDS, help="Where to compute (default: numpy).")
@click.option(
    "--processes",
    type=Whole(0),
    help="Runs at a time, each with one thread if several (default: one a core; at most four); 0: in this process.",
)
@click.option(
    "--out", type=click.Path(), help="Folder (default: a new one in comparisons/); its finished runs are kept."
)
@click.option(
    "--resume",
    is_flag=False,
    flag_value="",
    metavar="[FOLDER]",
    help="Make the runs that FOLDER, or the newest, lacks.",
)
@draws
def compare(
    resume: str | None,
    out: str | None,
    seeds: int | None,
    processes: int | None,
    format: str | None,
    dpi: int | None,
    **given: Any,
) -> int:
    """Train every RECIPE on the same data from the same seeds, and measure their samples.

    With one seed, equal networks start from the same weights, and all recipes get the same minibatches and noise.
    `all` stands for every recipe with the shared networks. A recipe can be compared with itself: unrolled:steps=0
    unrolled:steps=10. --format and --dpi are those of each recipe's own picture; that of all is a png.
    """
    if resume and out:
        raise SettingError(f"--resume {resume} names the folder already; leave out --out")
    if resume is not None:
        folder = Path(resume or out or newest(COMPARISONS, "config.toml", "comparison", "FOLDER"))
        comparison = _resumed(folder, seeds, given)
        many = _processes(processes, comparison)
    else:
        comparison = _new(seeds, given).checked()
        many = _processes(processes, comparison)  # before there is a folder
        stem = COMPARISONS / next(iter(comparison.recipes.values())).data
        folder = chosen(out, stem, partial(_expect_room, comparison))
    expect_writable(folder / "config.toml")
    terminal = Terminal()
    terminal.say(f"{_counted(comparison)}, {max(1, many)} at a time")
    terminal.unbroken(f"table, picture and runs in {folder}")
    failed = _made(comparison, folder, many, terminal, format or "png", dpi or DPI)
    if outcomes := comparison.outcomes(folder):
        _show(terminal, comparison, outcomes)
    beside = "each recipe in pictures/; every number: table.csv and seeds.csv beside it"
    terminal.unbroken(f"drawn: {folder}/comparison.png, and {beside}")
    if failed:
        raise failed
    return 0


def _made(
    comparison: Comparison, folder: Path, processes: int, terminal: Terminal, format: str, dpi: int
) -> Failures | None:
    """Makes the runs that are missing; returns the error about failed runs, to be raised at the end."""

    def stopped() -> str:
        kept = f"{len(comparison.outcomes(folder))} of {len(comparison.tasks(folder))} runs are kept"
        return f"Stopped; {kept}. Go on with:"

    try:
        with (
            interruptible(stopped, command("tinygan", "compare", "--resume", folder)),
            Progress(terminal, comparison.tasks(folder)) as progress,
        ):
            make(comparison, folder, processes, progress, format, dpi)
    except Failures as error:
        return error
    return None


def _new(seeds: int | None, given: dict[str, Any]) -> Comparison:
    """The comparison of the command's arguments."""
    if not given["recipes"]:
        raise SettingError("compare expects at least one RECIPE, or all; `tinygan recipes` lists them")
    flags = {key: given[key] for key in ("data", "iterations") if given[key] is not None}
    settings = {**assigned(given["assignments"]), **flags}
    backend = find_backend(given["backend"] or "numpy").name
    recipes: dict[str, Recipe] = {}
    for typed in given["recipes"]:
        found = _recipes(typed, settings)
        if twice := next((label for label in found if label in recipes), None):
            raise SettingError(f"{twice} is given twice; leave out one, or give it a setting such as :k=2")
        recipes |= found
    return Comparison(recipes, 5 if seeds is None else seeds, given["samples"] or 2500, backend, given["data_dir"])


def _recipes(typed: str, settings: dict[str, Any]) -> dict[str, Recipe]:
    """The recipes of NAME:KEY=VALUE,... or of `all`, by label."""
    name, colon, own = typed.partition(":")
    own_settings = assigned(own.split(","), repr(typed)) if colon else {}
    names = [name]
    if name == "all":
        if colon:
            words = [word for setting in own.split(",") for word in ("--set", setting)]
            raise SettingError(f"all has no settings of its own, got {typed!r}; use {command(*words)}")
        names = [each.name for each in RECIPES.values() if issubclass(each, Contender)]
    return {typed if name != "all" else each: find(each).changed({**settings, **own_settings}) for each in names}


def _resumed(folder: Path, seeds: int | None, given: dict[str, Any]) -> Comparison:
    """The comparison in `folder`, with more seeds or another folder of data; nothing else can be changed."""
    data_dir = given.pop("data_dir")
    for key, value in given.items():
        if value:
            name = {"recipes": "RECIPE", "assignments": "--set"}.get(key, f"--{key.replace('_', '-')}")
            raise SettingError(f"a comparison is resumed with its own settings; leave out {name}, or start a new one")
    kept = Comparison.load(folder)
    if seeds is not None and seeds < kept.seeds:
        raise SettingError(f"{folder} was begun with {kept.seeds} seeds; ask for as many or more, got {seeds}")
    comparison = replace(
        kept, seeds=kept.seeds if seeds is None else seeds, data_dir=kept.data_dir if data_dir is None else data_dir
    )
    return comparison.checked() if data_dir is not None or comparison.missing(folder) else comparison


def _expect_room(comparison: Comparison, folder: Path) -> None:
    """Raises an error unless `folder` is empty, or holds the same comparison, finished or not."""
    if (folder / "config.toml").exists() and not comparison.extends(Comparison.load(folder)):
        again = command("--resume", folder)
        raise SettingError(f"{folder} holds another comparison; go on with it by {again}, or choose another --out")
    comparison.expect_room(folder)


def _processes(asked: int | None, comparison: Comparison) -> int:
    """The number of runs at a time: one on a GPU, at most four a core, and at most the number of runs."""
    available = cores()
    if asked is not None and asked > PER_CORE * available:
        raise SettingError(
            f"--processes is expected to be at most {PER_CORE * available}, {PER_CORE} a core of this machine's "
            f"{available}, got {asked}"
        )
    runs = len(comparison.recipes) * comparison.seeds
    if comparison.backend == "numpy":
        return min(available if asked is None else asked, runs)
    if asked is not None and asked > 1:
        raise SettingError(f"--processes is expected to be 1 with --backend {comparison.backend}, got {asked}")
    return 1 if asked is None else asked


def _counted(comparison: Comparison) -> str:
    """The recipes and the seeds in a few words."""
    recipes, last = len(comparison.recipes), comparison.seeds - 1
    return f"{recipes} recipe{'s' if recipes > 1 else ''}, {f'seeds 0 to {last}' if last else 'seed 0'}"


def _show(terminal: Terminal, comparison: Comparison, outcomes: list[Outcome]) -> None:
    """Prints the table of means and intervals, with true examples in the last row."""
    found = rows(outcomes)
    names = {name for row in found for name in row.measures}
    # modes are measured of mixtures alone, which need no files
    total = len(load(next(iter(comparison.recipes.values())).data).centres) if "modes" in names else 0  # type: ignore
    columns = [
        ("modes", f"modes/{total}", 1.0, 1),
        ("high_quality", "quality %", 100.0, 1),
        ("js", "JS", 1.0, 3),
        ("wasserstein1", "W1", 1.0, 3),
        ("frechet", "Frechet", 1.0, 1),
        ("class_accuracy", "class acc. %", 100.0, 1),
        ("stacked_modes", "modes/1000", 1.0, 0),
        ("stacked_kl", "KL", 1.0, 2),
        *((name, name.replace("_", " "), 1.0, 4) for name in sorted(names - {*NAMES, "seconds"})),  # of the recipes
        ("seconds", "seconds", 1.0, 0 if max(outcome.seconds for outcome in outcomes) >= 100 else 1),
    ]
    shown = [each for each in columns if each[0] in names and not (each[0] == "js" and "modes" in names)]
    table = Table(box=None, pad_edge=False)
    table.add_column("recipe", overflow="fold")
    for _, title, _, _ in shown:
        table.add_column(title, justify="right", no_wrap=True)
    diverged = any(row.diverged for row in found)
    if diverged:
        table.add_column("runs", justify="right", no_wrap=True)  # that did not diverge
    for row in found:
        cells = [_cell(row, name, scale, digits) for name, _, scale, digits in shown]
        table.add_row(row.label, *cells, *([f"{row.seeds}/{row.seeds + row.diverged}"] if diverged else []))
    floors = (_floor(found, name, scale, digits) for name, _, scale, digits in shown)
    table.add_row("true examples", *floors, style="dim")
    terminal.table(table)
    terminal.say(Text(_footing(outcomes), "dim"))
    if diverged:
        terminal.say(Text("runs: those that were measured, of those made; the others diverged", "dim"))
    if any(row.seeds == 2 for row in found):
        terminal.say(Text(TWO_SEEDS, "dim"))


def _cell(row: Row, name: str, scale: float, digits: int) -> str:
    """mean ± half width, without the half width if there is none."""
    if name not in row.measures or isnan(row.measures[name].value):
        return "-"
    value, half_width = (scale * number for number in row.measures[name])
    return f"{value:.{digits}f}" + ("" if isnan(half_width) else f" ± {half_width:.{digits}f}")


def _floor(found: list[Row], name: str, scale: float, digits: int) -> str:
    """The mean over the recipes of a measure of true examples."""
    values = [row.floors[name] for row in found if name in row.floors]
    return f"{scale * sum(values) / len(values):.{digits}f}" if values else ""


def _footing(outcomes: list[Outcome]) -> str:
    def either(numbers: Iterable[int]) -> str:
        return " or ".join(map(str, sorted(set(numbers))))

    threads, processes = either(o.threads for o in outcomes), either(o.processes for o in outcomes)
    seeds = "" if len({o.seed for o in outcomes}) == 1 else "±: half the 95% interval of the mean (Student's t)\n"
    return f"{seeds}seconds: of training, {processes} at a time, threads of each: {threads}"
