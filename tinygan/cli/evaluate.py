"""tinygan evaluate: how good the samples of a run are, beside what true examples score."""

import json
from math import isfinite
from pathlib import Path

import click
from rich.table import Table

from tinygan import metrics
from tinygan.cli.options import Place
from tinygan.cli.terminal import Terminal
from tinygan.data import Images, load
from tinygan.recipes import Run

TITLES = {
    "modes": "modes captured",
    "high_quality": "samples of high quality",
    "reverse_kl": "reverse KL over the modes",
    "js": "Jensen-Shannon divergence",
    "wasserstein1": "Wasserstein-1 distance",
}
MOST = 100_000  # samples


@click.command(short_help="Measure the samples of a run.")
@click.argument("run", type=Place())
@click.option("--samples", type=click.IntRange(1, MOST), default=2500, show_default=True, help="How many to draw.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the noise and of the examples.")
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files, if it has moved.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table; null is infinite.")
def evaluate(run: str, samples: int, seed: int, data_dir: str | None, as_json: bool) -> None:
    """Measure samples of RUN, the folder of a run, against the data it was trained on.

    Modes (a sample within 3 deviations of one is of high quality), reverse KL and Jensen-Shannon divergence in nats,
    exact Wasserstein-1 distance. Of images, that distance alone: between 500 samples and 500 test images, in pixels
    from -1 to 1.
    """
    trained, _ = Run.load(Path(run), backend="numpy", data_dir=data_dir)
    source, held_out = trained.source, None
    if isinstance(source, Images):
        samples = min(samples, metrics.PAIRED_IMAGES)
        held_out = _test_images(trained)
    drawn = trained.sample(samples, seed)
    found = metrics.evaluate(source, drawn, held_out, seed=seed)
    terminal = Terminal()
    if as_json:
        about = {"run": run, "recipe": trained.recipe.name, "data": trained.recipe.data, "iteration": trained.iteration}
        measures = {m.name: {"value": _or_null(m.value), "floor": _or_null(m.floor), "points": m.points} for m in found}
        terminal.unbroken(
            json.dumps({**about, "samples": samples, "seed": seed, "measures": measures}, allow_nan=False)
        )
        return
    terminal.unbroken(f"{run}: {trained.recipe.name} on {trained.recipe.data}, iteration {trained.iteration:,}")
    table = Table(box=None, header_style="bold")
    table.add_column("measure")
    for name in ("samples", "data", "points"):
        table.add_column(name, justify="right", no_wrap=True)
    total = len(getattr(source, "centres", ()))
    for m in found:
        table.add_row(TITLES[m.name], _shown(m.name, m.value, total), _shown(m.name, m.floor, total), f"{m.points:,}")
    terminal.table(table)
    if held_out is None:
        terminal.say("data: fresh examples in the samples' place")
    else:
        terminal.say("data: training images in the samples' place; too smooth images can score lower")


def _test_images(trained: Run) -> Images:
    held_out = load(trained.recipe.data, trained.data_dir, "test")
    assert isinstance(held_out, Images)  # as the training images are
    return held_out


def _shown(name: str, value: float, total: int) -> str:
    if name == "modes":
        return f"{value} of {total}"
    return f"{value:.1%}" if name == "high_quality" else f"{value:.4f}"


def _or_null(value: float) -> float | None:
    return value if isfinite(value) else None
