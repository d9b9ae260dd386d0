"""tinygan gradcheck: a table of all gradients in the package, each checked against differences."""

import time

import click
from rich.table import Table
from rich.text import Text

from tinygan.backend import backend as find_backend
from tinygan.cli.terminal import Terminal
from tinygan.errors import GradientError
from tinygan.gradcheck import TABLE

EVERY = 5.0  # seconds between lines where no status can be drawn


@click.command(short_help="Check every gradient in the package.")
@click.option("--backend", type=click.Choice(["numpy", "cupy", "auto"]), default="numpy", show_default=True)
def gradcheck(backend: str) -> int:
    """Check every primitive, layer, objective and update rule in float64, first and second order."""
    terminal = Terminal()
    chosen = find_backend(backend)
    table = Table(
        "kind", "what", "arguments", "order", "ms", "", box=None, title=f"Gradients against differences, {chosen.name}"
    )
    failures = []
    printed = time.perf_counter()
    with terminal.status("checking") as status:
        for checked, case in enumerate(TABLE):
            status.update(f"checking {case.name}")
            began = time.perf_counter()
            if began - printed > EVERY and not terminal.is_interactive:
                terminal.say(f"{checked} of {len(TABLE)} checked")
                printed = began
            try:
                case.check(chosen)
                result = Text("ok", "green")
            except GradientError as error:
                failures.append(f"{case.name}: {error}")
                result = Text("wrong", "red")
            milliseconds = f"{1e3 * (time.perf_counter() - began):.0f}"
            table.add_row(case.kind, case.name, case.shapes(), str(case.order), milliseconds, result)
    terminal.table(table)
    for failure in failures:
        terminal.say(Text(failure, "red"))
    terminal.say(f"{len(TABLE) - len(failures)} of {len(TABLE)} agree")
    return 1 if failures else 0
