"""tinygan profile: the time of each part of a recipe's iteration, as a table and as a picture."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from tinygan.cli.options import Whole, describes_a_run, new_run
from tinygan.cli.pictures import draws, picture_path
from tinygan.cli.terminal import Terminal
from tinygan.disk import expect_writable
from tinygan.drawing.flame import Node, flame, tree
from tinygan.drawing.save import save_picture
from tinygan.profile import Profile, profiled
from tinygan.recipes import Run

WARM_UP = 2  # iterations in which memory is allocated, and a GPU's kernels are compiled
UNTIMED, TIMED = 2.0, 5.0  # seconds of iterations without the profiler, and with it, if --iterations is not given
MOST = 200  # iterations: more do not change the table
DPI = 120  # dots an inch of the picture by default
ENDLESS = 10**9
SMALL = 0.002  # share of the whole; primitives below it are one line
OUTSIDE = {"update": "update rules", "minibatch": "minibatches", "average": "moving average of G"}


@click.command(short_help="See where the time of a recipe goes.")
@describes_a_run
@click.option("--iterations", type=Whole(1, 100_000), help="Iterations to measure (default: as many as take 5 s).")
@click.option("--out", type=click.Path(), help="The picture (default: profile-RECIPE.png).")
@draws
def profile(iterations: int | None, out: str | None, format: str | None, dpi: int | None, **given: Any) -> None:
    """Measure some iterations of RECIPE: milliseconds of each primitive, the share of matrix products, a picture."""
    picture_path(out, Path("profile"), format)  # a check, before the run is made
    terminal = Terminal()
    run = new_run({**given, "iterations": None})
    run.recipe = run.recipe.changed({"iterations": ENDLESS})
    path = picture_path(out, Path(f"profile-{run.recipe.name}"), format)
    expect_writable(path)
    with terminal.status("warming up", refresh_per_second=2) as status:
        _play(run, WARM_UP)
        untimed = _play(run, iterations or MOST, UNTIMED)
        count = iterations or max(1, min(MOST, int(1e3 * TIMED / untimed)))
        status.update(f"{count} iterations of {run.recipe.name}")
        with profiled(run.backend.synchronize) as measured:
            _play(run, count)
    root = tree(measured)
    save_picture(
        path, flame(root, count, f"{run.recipe.name} on {run.recipe.data}, m = {run.recipe.m}"), dpi=dpi or DPI
    )
    terminal.table(_table(root, count))
    terminal.say(_summary(measured, count, untimed))
    terminal.unbroken(f"picture: {path}")


def _play(run: Run, iterations: int, seconds: float = inf) -> float:
    """Runs so many iterations, or so many seconds of them; returns the milliseconds of one iteration."""
    first, began = run.iteration, time.perf_counter()
    for step in run.steps():
        if step.last:
            run.backend.synchronize()
            took = time.perf_counter() - began
            if run.iteration - first == iterations or took > seconds:
                break
    return 1e3 * took / (run.iteration - first)


@dataclass
class Line:
    """A line of the table, a primitive or a phase outside primitives: seconds and calls by part."""

    name: str
    seconds: dict[str, float] = field(default_factory=lambda: {"": 0.0, "forward": 0.0, "backward": 0.0})
    calls: dict[str, int] = field(default_factory=lambda: {"": 0, "forward": 0, "backward": 0})
    products: float = 0.0

    @property
    def total(self) -> float:
        return sum(self.seconds.values())

    def add(self, part: str, seconds: float, calls: int = 0, products: float = 0.0) -> None:
        self.seconds[part] += seconds
        self.calls[part] += calls
        self.products += products


def lines(root: Node) -> tuple[list[Line], list[Line]]:
    """The lines of the primitives, and of the time outside them, largest first; together they are all of `root`.

    Calls inside a primitive or its rules count for that primitive: the transposed convolution that computes conv2d's
    gradient is part of conv2d's backward.
    """
    inside: dict[str, Line] = {}
    outside = {name: Line(text) for name, text in OUTSIDE.items()}
    between = Line("between primitives")
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.part or node.name in OUTSIDE:
            line = inside.setdefault(node.name, Line(node.name)) if node.part else outside[node.name]
            line.add(node.part, node.seconds, node.calls, node.products)
        else:
            between.add("", node.own)
            waiting += node.children.values()

    def ordered(found: Iterable[Line]) -> list[Line]:
        return sorted(found, key=lambda line: -line.total)

    return ordered(inside.values()), [*ordered(line for line in outside.values() if line.total), between]


def _table(root: Node, iterations: int) -> Table:
    """The table of lines in milliseconds and calls per iteration; the smallest primitives are one line."""
    table = Table(box=None, header_style="bold")
    table.add_column("primitive")
    for name in ("calls", "forward", "backward", "ms", "share", "in products"):
        table.add_column(name, justify="right", no_wrap=True)
    inside, outside = lines(root)
    large = [line for line in inside if line.total >= SMALL * root.seconds]
    rest = inside[len(large) :]
    if len(rest) == 1:
        large = inside
    elif rest:
        others = Line(f"{len(rest)} others")
        for line in rest:
            for part in line.seconds:
                others.add(part, line.seconds[part], line.calls[part])
            others.products += line.products
        large.append(others)
    for group in (large, outside):
        for line in group:
            ms = {part: f"{1e3 * seconds / iterations:.2f}" for part, seconds in line.seconds.items()}
            calls = [f"{line.calls[part] / iterations:.3g}" for part in ("forward", "backward")]
            table.add_row(
                line.name,
                *((" + ".join(calls), ms["forward"], ms["backward"]) if group is large else ("", "", "")),
                f"{1e3 * line.total / iterations:.2f}",
                f"{line.total / root.seconds:.1%}",
                f"{line.products / line.total:.0%}" if line.products else "",
            )
        table.add_section()
    return table


def _summary(measured: Profile, iterations: int, untimed: float) -> str:
    """Milliseconds per iteration, and the share of matrix products in them."""
    gemm, ms = measured.gemm, 1e3 * measured.seconds / iterations
    rate = f" at {gemm.flops / gemm.seconds / 1e9:.3g} GFLOP/s" if gemm.seconds else ""
    return (
        f"{ms:.2f} ms per iteration over {iterations} ({untimed:.2f} with the profiler off)\n"
        f"{gemm.seconds / measured.seconds:.0%} in matrix products{rate}"
    )
