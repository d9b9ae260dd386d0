"""tinygan recipes: what can be trained, and with which settings."""

import dataclasses

import click
from rich.table import Table
from rich.text import Text

from tinygan.cli.terminal import Terminal
from tinygan.recipes import DEFAULT, RECIPES, find


@click.command(short_help="List the recipes, or the settings of one.")
@click.argument("name", required=False)
def recipes(name: str | None) -> None:
    """List the recipes with their papers; with NAME, that recipe's settings."""
    terminal = Terminal()
    if name is None:
        table = Table(box=None)
        table.add_column("recipe", no_wrap=True)
        for title in ("data", "paper"):
            table.add_column(title)
        for kind in RECIPES.values():
            table.add_row(f"{kind.name} *" if kind.name == DEFAULT else kind.name, find(kind.name).data, kind.paper)
        terminal.table(table)
        terminal.say("* what `tinygan train` runs. Settings of a recipe:")
        terminal.command("tinygan", "recipes", DEFAULT)
        return
    recipe = find(name)
    terminal.print(Text.assemble((recipe.name, "bold"), f": {recipe.paper}"))
    terminal.print(f"{' '.join((type(recipe).__doc__ or '').split())}\n")
    table = Table(box=None)
    for title in ("setting", "value"):
        table.add_column(title, no_wrap=True)
    table.add_column("meaning")
    for field in dataclasses.fields(recipe):
        table.add_row(field.name, str(getattr(recipe, field.name)), recipe.words(field.name))
    terminal.table(table)
