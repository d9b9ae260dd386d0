"""tinygan recipes: the list of recipes, and the settings of one."""

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
    settings = recipe.settings().values()
    both = any(each.images != each.default for each in settings)
    table = Table(box=None)
    for title in ("setting", "default", *(["images"] if both else [])):
        table.add_column(title, no_wrap=True)
    table.add_column("meaning")
    for each in settings:
        images = [str(each.images) if each.images != each.default else ""] if both else []
        table.add_row(each.name, str(each.default), *images, each.words)
    terminal.table(table)
    if both:
        terminal.say("images: the default if the data are images, where it differs")
