"""tinygan compare: training of several recipes over seeds, in as many processes as there are cores."""

from collections.abc import Iterable
from functools import partial
from math import isnan
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from tinygan.backend import backend as find_backend
from tinygan.cli.options import Whole, assigned
from tinygan.cli.studies import begun, describes_a_study, performed
from tinygan.cli.terminal import Terminal, command
from tinygan.comparison import Comparison, Outcome, Row, rows
from tinygan.comparison.outcome import Column
from tinygan.errors import SettingError
from tinygan.recipes import RECIPES, Recipe, find
from tinygan.recipes.contender import Contender

TWO_SEEDS = "Two seeds make wide intervals: 12.7 standard errors to each side; five make 2.8."  # Student's t
MOST_OF_LABELS = 30  # letters of a label beside the columns; a longer one is folded


@click.command(short_help="Train recipes side by side, over seeds.")
@click.argument("recipes", nargs=-1, metavar="RECIPE[:KEY=VALUE,...]...")
@click.option("--data", help="Data set; `tinygan data` lists them.")
@click.option("--iterations", type=Whole(1), help="Of Algorithm 1, in every run.")
@click.option(
    "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting of every recipe; repeatable."
)
@click.option("--samples", type=Whole(1), help="To be measured of each run (default: 2500).")
@describes_a_study(Comparison)
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
    new = partial(_new, seeds, given)
    comparison, folder, many = begun(Comparison, new, given, resume, out, seeds, processes)
    terminal = Terminal()
    terminal.say(f"{_counted(comparison)}, {max(1, many)} at a time")
    terminal.unbroken(f"table, picture and runs in {folder}")
    failed = performed(comparison, folder, many, terminal, format or "png", dpi)
    if outcomes := comparison.outcomes(folder):
        _show(terminal, outcomes)
    beside = "each recipe in pictures/; every number: table.csv and seeds.csv beside it"
    terminal.unbroken(f"drawn: {folder}/comparison.png, and {beside}")
    if failed:
        raise failed
    return 0


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
    return Comparison(
        recipes,
        seeds=5 if seeds is None else seeds,
        samples=given["samples"] or 2500,
        backend=backend,
        data_dir=given["data_dir"],
    )


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


def _counted(comparison: Comparison) -> str:
    """The recipes and the seeds in a few words."""
    recipes, last = len(comparison.recipes), comparison.seeds - 1
    return f"{recipes} recipe{'s' if recipes > 1 else ''}, {f'seeds 0 to {last}' if last else 'seed 0'}"


def _show(terminal: Terminal, outcomes: list[Outcome]) -> None:
    """Prints the means and intervals, with true examples in the last row, in tables as wide as the terminal."""
    found = rows(outcomes)
    columns = {name: column for row in found for name, column in row.columns.items()}
    digits = 0 if max(outcome.seconds for outcome in outcomes) >= 100 else 1
    cells = {
        column.heading: [*(_cell(row, name, column) for row in found), _floor(found, name, column)]
        for name, column in {**columns, "seconds": Column("seconds", digits=digits)}.items()
    }
    if diverged := any(row.diverged for row in found):
        cells["runs"] = [*(f"{row.seeds}/{row.seeds + row.diverged}" for row in found), ""]  # that did not diverge
    labels = [*(row.label for row in found), "true examples"]
    for headings in _fitting(cells, terminal.width - min(max(map(len, labels)), MOST_OF_LABELS)):
        terminal.table(_table(labels, {heading: cells[heading] for heading in headings}))
    terminal.say(Text(_footing(outcomes), "dim"))
    if diverged:
        terminal.say(Text("runs: those that were measured, of those made; the others diverged", "dim"))
    if any(row.seeds == 2 for row in found):
        terminal.say(Text(TWO_SEEDS, "dim"))


def _table(labels: list[str], cells: dict[str, list[str]]) -> Table:
    """A table with a row for each label and a column for each heading."""
    table = Table(box=None, pad_edge=False)
    table.add_column("recipe", overflow="fold")
    for heading in cells:
        table.add_column(heading, justify="right", no_wrap=True)
    for place, label in enumerate(labels):
        last = place == len(labels) - 1
        table.add_row(label, *(column[place] for column in cells.values()), style="dim" if last else None)
    return table


def _fitting(cells: dict[str, list[str]], width: int) -> list[list[str]]:
    """The headings in lists whose columns fit in so many letters side by side, if each of them does alone."""
    parts: list[list[str]] = [[]]
    left = width
    for heading, column in cells.items():
        needed = max(map(len, (heading, *column))) + 2
        if parts[-1] and needed > left:
            parts.append([])
            left = width
        parts[-1].append(heading)
        left -= needed
    return parts


def _cell(row: Row, name: str, column: Column) -> str:
    """mean ± half width, without the half width if there is none."""
    if name not in row.measures or isnan(row.measures[name].value):
        return "-"
    value, half_width = row.measures[name]
    return column.cell(value) + ("" if isnan(half_width) else f" ± {column.cell(half_width)}")


def _floor(found: list[Row], name: str, column: Column) -> str:
    """The mean over the recipes of a measure of true examples."""
    values = [row.floors[name] for row in found if name in row.floors]
    return column.cell(sum(values) / len(values)) if values else ""


def _footing(outcomes: list[Outcome]) -> str:
    def either(numbers: Iterable[int]) -> str:
        return " or ".join(map(str, sorted(set(numbers))))

    threads, processes = either(o.threads for o in outcomes), either(o.processes for o in outcomes)
    seeds = "" if len({o.seed for o in outcomes}) == 1 else "±: half the 95% interval of the mean (Student's t)\n"
    return f"{seeds}seconds: of training, {processes} at a time, threads of each: {threads}"
