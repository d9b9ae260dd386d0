"""tinygan bench: the time of an iteration beside other frameworks, or its growth."""

import json
import shlex
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from tinygan.backend import backend as find_backend
from tinygan.bench.contestants import CONTESTANTS, OURS, PEERS, installed, require
from tinygan.bench.measure import Measured, compare
from tinygan.bench.report import circumstances, record, where
from tinygan.bench.scaling import SWEEPS, Scaling, scale
from tinygan.bench.scaling import record as record_scaling
from tinygan.bench.workloads import WORKLOADS, known
from tinygan.cli.options import BACKENDS, Whole
from tinygan.cli.terminal import Terminal
from tinygan.disk import atomic, expect_writable
from tinygan.drawing.save import save_picture
from tinygan.errors import SettingError


@click.command(short_help="Time an iteration beside PyTorch and JAX, or its growth.")
@click.argument("workloads", nargs=-1, metavar="[WORKLOAD]...")
@click.option("--backend", type=BACKENDS, default="numpy", show_default=True)
@click.option(
    "--against",
    type=click.Choice(PEERS),
    multiple=True,
    help="A peer; repeatable (default: torch where it is installed). "
    + "; ".join(f"{name}: {CONTESTANTS[name].description}" for name in PEERS)
    + ".",
)
@click.option("--rounds", type=Whole(1, 100_000), default=15, show_default=True, help="Timed turns of each contestant.")
@click.option("--threads", type=Whole(1, 1024), default=2, show_default=True, help="Of each contestant.")
@click.option("--scaling", is_flag=True, help="Instead: cost against batch, width, image size and depth of the graph.")
@click.option("--out", type=click.Path(), help="bench.json; with --scaling scaling.png, and a .json beside it.")
def bench(
    workloads: tuple[str, ...],
    backend: str,
    against: tuple[str, ...],
    rounds: int,
    threads: int,
    scaling: bool,
    out: str | None,
) -> None:
    """Time one iteration of each WORKLOAD (default: all) in turns with its peers, after a check that losses agree.

    ring, mlp, dcgan-28 and dcgan-64 are iterations of Algorithm 1; wgan-gp-mlp and wgan-gp-dcgan-28 are critic steps;
    vae is an update of a variational autoencoder.
    """
    path = _path(out, "scaling.png" if scaling else "bench.json")
    names = [known(name) for name in dict.fromkeys(workloads)]
    backend = find_backend(backend).name  # raises an error here if it cannot run
    options = ["--backend", backend, "--rounds", str(rounds), "--threads", str(threads)]
    terminal = Terminal()
    given: dict[str, Any] = {"threads": threads, "rounds": rounds, "backend": backend}
    if scaling:
        if names or against:
            raise SettingError("--scaling measures this package alone, on sweeps of its own: no WORKLOAD, no --against")
        command = shlex.join(["tinygan", "bench", "--scaling", *options, "--out", str(path)])
        _scaling(terminal, path, circumstances(command, **given), given)
        return
    peers = list(dict.fromkeys(against)) or _default(terminal)
    for peer in peers:
        require(peer)
    names = names or list(WORKLOADS)
    chosen = [word for peer in peers for word in ("--against", peer)]
    command = shlex.join(["tinygan", "bench", *names, *options, *chosen, "--out", str(path)])
    _compare(terminal, names, peers, path, circumstances(command, **given), given)


def _path(out: str | None, default: str) -> Path:
    path = Path(default if out is None else out)
    suffix = Path(default).suffix
    if path.suffix != suffix:
        raise SettingError(f"--out expects a {suffix} file, got {out!r}")
    for written in (path, path.with_suffix(".json")):
        expect_writable(written)
    return path


def _default(terminal: Terminal) -> list[str]:
    """PyTorch if it is installed; else no peer, after a line on how to install it."""
    if installed("torch"):
        return ["torch"]
    terminal.say("PyTorch is not installed, so there is no peer; with one:")
    terminal.command("pip", "install", ".[bench]")
    return []


def _compare(
    terminal: Terminal, names: list[str], peers: list[str], path: Path, about: dict[str, Any], given: dict[str, Any]
) -> None:
    """Measures, writes the JSON, and prints the table."""
    versions = about["versions"]
    title = f"{where(about)}, NumPy {versions['numpy']}"
    needed = dict.fromkeys(CONTESTANTS[peer].needs for peer in peers if CONTESTANTS[peer].needs)
    title += "".join(f", {package} {versions[package]}" for package in needed if package)
    table = Table(box=None, title=title, title_justify="left", pad_edge=False)
    for column in ("workload", "contestant"):
        table.add_column(column, no_wrap=True)
    for column in ("ms", "quartiles", "ratio", "GFLOP/s", "GEMM", "peak MB"):
        table.add_column(column, justify="right", no_wrap=True)
    results = {}
    with terminal.status("") as status:
        for name in names:
            status.update(f"{name}: {', '.join([OURS, *peers])}")
            measured = compare(name, peers, **given)
            results[name] = record(measured)
            _rows(table, measured, results[name])
    _write(path, {**about, "workloads": results})  # before the table, whose pipe may be closed
    terminal.table(table)
    explained = (
        "ms: median of an iteration. ratio: tinygan's time over it, the median of pairs.\n"
        "GFLOP/s: of our iteration's matrix products. GEMM: their share of its time."
    )
    terminal.say(Text(explained, "dim"))
    terminal.unbroken(f"with quartiles of the ratios and more: {path}")


def _rows(table: Table, measured: Measured, found: dict[str, Any]) -> None:
    """Adds a row for each contestant on one workload."""
    for name, values in found["contestants"].items():
        seconds = {key: 1e3 * value for key, value in values["seconds"].items()}
        counted = name in (OURS, "floor")  # the products of peers are not counted
        table.add_row(
            measured.workload if name == OURS else "",
            name,
            _three(seconds["median"]),
            f"{_three(seconds['lower_quartile'])}-{_three(seconds['upper_quartile'])}",
            "" if name == OURS else f"{values['ours_over_it']['median']:.2f}",
            f"{measured.flops / seconds['median'] / 1e6:.1f}" if counted else "",
            f"{measured.share:.0%}" if name == OURS else "",
            "" if name == "floor" else f"{values['peak'] / 1e6:.0f}",
        )


def _three(milliseconds: float) -> str:
    """A number with three digits, or with all digits before the point."""
    return f"{milliseconds:.{2 if milliseconds < 10 else 1 if milliseconds < 100 else 0}f}"


def _scaling(terminal: Terminal, path: Path, about: dict[str, Any], given: dict[str, Any]) -> None:
    """Measures, draws, and writes the JSON beside the picture."""
    from tinygan.bench.picture import panels

    found: dict[str, Scaling] = {}
    with terminal.status("") as status:
        for following, scaled in scale(SWEEPS, **given):
            status.update(following)
            found[scaled.sweep.name] = scaled
    table = Table("varied", "from", "to", "ms", "exponent", box=None, pad_edge=False)
    for name, each in found.items():
        values, milliseconds = each.sweep.values, [1e3 * s for s in each.seconds]
        span = f"{_three(milliseconds[0])} to {_three(milliseconds[-1])}"
        table.add_row(name, f"{values[0]:,}", f"{values[-1]:,}", span, f"{each.fit()[1]:.2f}")
    figure = panels(list(found.values()), f"An iteration of dcgan-28, and a chain of products ({where(about)})")
    _write(path.with_suffix(".json"), {**about, "sweeps": {n: record_scaling(each) for n, each in found.items()}})
    save_picture(path, figure, dpi=110)
    terminal.table(table)
    terminal.unbroken(f"drawn: {path}, and {path.with_suffix('.json')} beside it")


def _write(path: Path, values: dict[str, Any]) -> None:
    with atomic(path, "w") as file:
        json.dump(values, file, indent=2)
        file.write("\n")
