"""tinygan gradcheck: every gradient in the package against differences, as a table."""

import time

import click
from rich.console import Console
from rich.table import Table

from tinygan.backend import backend as find_backend
from tinygan.errors import GradientError
from tinygan.gradcheck import TABLE


@click.command(short_help="Check every gradient in the package.")
@click.option("--backend", type=click.Choice(["numpy", "cupy", "auto"]), default="numpy", show_default=True)
def gradcheck(backend: str) -> int:
    """Check every primitive, layer, objective and update rule in float64, first and second order."""
    console = Console()
    chosen = find_backend(backend)
    table = Table(
        "kind", "what", "arguments", "order", "ms", "", box=None, title=f"Gradients against differences, {chosen.name}"
    )
    failures = []
    with console.status("checking") as status:
        for case in TABLE:
            status.update(f"checking {case.name}")
            began = time.perf_counter()
            try:
                case.check(chosen)
                verdict = "[green]ok[/]"
            except GradientError as error:
                failures.append(f"{case.name}: {error}")
                verdict = "[red]wrong[/]"
            milliseconds = f"{1e3 * (time.perf_counter() - began):.0f}"
            table.add_row(case.kind, case.name, case.shapes(), str(case.order), milliseconds, verdict)
    console.print(table)
    for failure in failures:
        console.print(failure, style="red", highlight=False)
    console.print(f"{len(TABLE) - len(failures)} of {len(TABLE)} agree", highlight=False)
    return 1 if failures else 0
