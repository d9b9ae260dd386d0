"""tinygan theory: the statements of the papers, each beside the number that is computed."""

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from tinygan.cli.pictures import draws, picture_path
from tinygan.cli.terminal import Terminal
from tinygan.disk import expect_writable
from tinygan.drawing.save import save_picture
from tinygan.errors import SettingError, did_you_mean
from tinygan.theory.statements import STATEMENTS, Check

DPI = 120  # dots an inch of the picture by default


@click.command(short_help="Check what the papers prove, by numbers.")
@click.argument("name", required=False)
@click.option("--out", type=click.Path(), help="The picture of statement NAME (default: theory-NAME.png).")
@draws
def theory(name: str | None, out: str | None, format: str | None, dpi: int | None) -> int:
    """Compute the statement NAME and draw its picture; without a name compute all of them, without pictures."""
    if name is not None and name not in STATEMENTS:
        raise SettingError(f"No such statement {name!r}. {did_you_mean(name, STATEMENTS)}")
    if name is None and (out or format or dpi):
        raise SettingError("a picture is drawn of one statement; name one, such as tinygan theory criterion")
    terminal = Terminal()
    path = picture_path(out, Path(f"theory-{name}"), format)
    if name:
        expect_writable(path)
    wrong = count = 0
    for statement in [STATEMENTS[name]] if name else STATEMENTS.values():
        with terminal.status(f"computing {statement.name}"):
            checks = statement.checks()
        terminal.say(Text.assemble((statement.name, "bold"), f": {statement.words}"))
        terminal.say(f"({statement.source})")
        terminal.table(_table(checks))
        count += len(checks)
        wrong += sum(not check.ok for check in checks)
    terminal.say(f"{count - wrong} of {count} agree")
    if name:
        with terminal.status("drawing"):
            save_picture(path, STATEMENTS[name].draw(), dpi=dpi or DPI)
        terminal.unbroken(f"picture: {path}")
    return 1 if wrong else 0


def _table(checks: list[Check]) -> Table:
    """The numbers of one statement, in columns as wide as those of the others."""
    table = Table("", box=None)
    for heading in ("stated", "computed", "difference", "allowed"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    for check in checks:
        numbers = (f"{round(number, 12) + 0:12.8g}" for number in (check.expected, check.computed))  # + 0: no -0
        result = Text("ok", "green") if check.ok else Text("wrong", "red")
        table.add_row(f"{check.case:28}", *numbers, f"{check.difference:10.0e}", f"{check.tolerance:7.0e}", result)
    return table
