"""tinygan recipes: what can be trained, and with which settings."""

import dataclasses

import click
from rich.console import Console
from rich.table import Table

from tinygan.recipes import DEFAULT, RECIPES, find


@click.command(short_help="List the recipes, or the settings of one.")
@click.argument("name", required=False)
def recipes(name: str | None) -> None:
    """List the recipes with their papers; with NAME, that recipe's settings."""
    console = Console()
    if name is None:
        table = Table("recipe", "data", "paper", box=None)
        for kind in RECIPES.values():
            table.add_row(f"{kind.name} *" if kind.name == DEFAULT else kind.name, find(kind.name).data, kind.paper)
        console.print(table)
        console.print(f"* what `tinygan train` runs. Settings: tinygan recipes {DEFAULT}", highlight=False)
        return
    recipe = find(name)
    console.print(
        f"[bold]{recipe.name}[/]: {recipe.paper}\n{' '.join((type(recipe).__doc__ or '').split())}\n", highlight=False
    )
    table = Table("setting", "value", box=None)
    for field in dataclasses.fields(recipe):
        table.add_row(field.name, str(getattr(recipe, field.name)))
    console.print(table)
