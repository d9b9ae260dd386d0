"""tinygan evaluate: measures of a run's samples, beside those of true examples."""

import json
from contextlib import nullcontext
from math import isfinite
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from tinygan import metrics
from tinygan.cli.options import Place, Whole
from tinygan.cli.terminal import Terminal
from tinygan.metrics import Measure
from tinygan.recipes import Run

MOST = 100_000  # samples


@click.command(short_help="Measure the samples of a run.")
@click.argument("run", type=Place())
@click.option("--samples", type=Whole(1, MOST), default=2500, show_default=True, help="How many to draw.")
@click.option("--seed", type=Whole(0), default=0, show_default=True, help="Of the noise and of the examples.")
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files, if it has moved.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, no table; null: infinite, or of no examples.")
def evaluate(run: str, samples: int, seed: int, data_dir: str | None, as_json: bool) -> None:
    """Measure samples of RUN, the folder of a run, against the data it was trained on.

    Points: modes (a sample within 3 standard deviations of one is of high quality), reverse KL and Jensen-Shannon
    divergence in nats, exact Wasserstein-1 distance. Images: that distance between 500 samples and 500 test images, in
    pixels from -1 to 1. A conditional G: also the class accuracy, in all and by class: the share of samples that are
    classified as their class, by the nearest mode or by a classifier of images that is trained first (half a minute).
    """
    trained, _ = Run.load(Path(run), backend="numpy", data_dir=data_dir)
    terminal = Terminal()
    with terminal.status("measuring", refresh_per_second=2) if not as_json else nullcontext():
        found = metrics.evaluate(trained.source, trained.sample(samples, seed), seed=seed)
        found += trained.recipe.measures(trained)
    if as_json:
        about = {"run": run, "recipe": trained.recipe.name, "data": trained.recipe.data, "iteration": trained.iteration}
        about |= _beside(trained.source, found)
        measures = {measure.name: _as_json(measure) for measure in found}
        terminal.unbroken(
            json.dumps({**about, "samples": samples, "seed": seed, "measures": measures}, allow_nan=False)
        )
        return
    terminal.unbroken(f"{run}: {trained.recipe.name} on {trained.recipe.data}, iteration {trained.iteration:,}")
    beside = _beside(trained.source, found)
    terminal.table(_table(found))
    for line in _footing(beside, images=trained.source.has_images):
        terminal.say(line)


def _beside(source: Any, found: list[Measure]) -> dict[str, Any]:
    """Facts that the measures refer to: the number of modes of the data; the classifier's test images and accuracy."""
    centres = getattr(source.unlabelled(), "centres", None)
    if centres is not None:
        return {"modes": len(centres)}
    accuracy = next((m.floor for m in found if m.name == "class_accuracy"), None)
    return {} if accuracy is None else {"classifier": {"accuracy": accuracy, "test_images": len(source.held_out())}}


def _table(found: list[Measure]) -> Table:
    """A row for each measure, with a row for each class below a measure by class."""
    table = Table(box=None, header_style="bold")
    table.add_column("measure")
    for name in ("samples", "data", "points"):
        table.add_column(name, justify="right", no_wrap=True)
    for m in found:
        for title, row in [(m.title, m), *((f"  {row.name}", row) for row in m.by_class)]:
            table.add_row(title, row.shown(row.value), row.shown(row.floor), f"{row.points:,}")
    return table


def _footing(beside: dict[str, Any], images: bool) -> list[str]:
    """Lines that explain the column `data`."""
    if not images:
        return ["data: fresh examples in the samples' place"]
    lines = ["data: training images in the samples' place; too smooth images can score lower"]
    if "classifier" in beside:
        count = beside["classifier"]["test_images"]
        lines.append(f"data of class accuracy: the classifier's, on all {count:,} test images, not trained on")
    return lines


def _as_json(measure: Measure) -> dict[str, Any]:
    """The values of a measure, in all and by class; a number that is not finite becomes None."""
    numbers = {"value": _or_null(measure.value), "floor": _or_null(measure.floor), "points": measure.points}
    by_class = {each.name: _as_json(each) for each in measure.by_class}
    return {**numbers, "classes": by_class} if by_class else numbers


def _or_null(value: float) -> float | None:
    return value if isfinite(value) else None
