"""tinygan evaluate: measures of a run's samples, beside those of true examples."""

import json
from contextlib import nullcontext
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from tinygan import metrics
from tinygan.cli.options import Place, Whole
from tinygan.cli.pictures import picture_path
from tinygan.cli.terminal import Terminal
from tinygan.cli.truncation import drawn_curve, expect_truncatable
from tinygan.disk import expect_writable
from tinygan.drawing.neighbours import neighbours
from tinygan.drawing.save import save_picture
from tinygan.errors import SettingError
from tinygan.folder import expect_no_part
from tinygan.metrics import Measure, memorization
from tinygan.metrics.gan_train import MOST as MOST_TRAINED
from tinygan.metrics.images import FEWEST, compared, judge_of, space, training_space
from tinygan.nn.minibatch import Labelled
from tinygan.recipes import Run, measures_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 100_000  # samples
PICTURES = ("neighbours", "truncation_curve")  # options that name a picture


@click.command(short_help="Measure the samples of a run.")
@click.argument("run", type=Place())
@click.option("--samples", type=Whole(1, MOST), default=2500, show_default=True, help="How many to draw.")
@click.option("--seed", type=Whole(0), default=0, show_default=True, help="Of the noise and of the examples.")
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files, if it has moved.")
@click.option(
    "--gan-train", "trains", is_flag=True, help="Also train a classifier on samples of a conditional G alone."
)
@click.option("--neighbours", type=Place(), metavar="FILE", help="Draw samples beside their nearest training images.")
@click.option("--truncation-curve", type=Place(), metavar="FILE", help="Draw precision against recall by truncation.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, no table; null: infinite, or of no examples.")
def evaluate(
    run: str, samples: int, seed: int, data_dir: str | None, trains: bool, as_json: bool, **pictures: str | None
) -> None:
    """Measure samples of RUN, the folder of a run, against the data it was trained on.

    Points: modes (a sample within 3 standard deviations of one is of high quality), reverse KL and Jensen-Shannon
    divergence in nats, Wasserstein distances. Images: Wasserstein distances and sharpness in pixels from -1 to 1 and,
    on the features of a classifier of the data, Frechet and kernel distance, precision and recall, density and
    coverage, classifier score, nearness to training images, and near-duplicates. A conditional G: also the class
    accuracy, in all and by class: the share of samples that the nearest mode or the classifier says are of their class.
    An autoencoder: the error of reconstructions, and bounds of log p(x) by --samples draws for each of 500 test images.

    The classifier of digits, mnist and fashion-mnist comes with tinygan; for other images it is trained first (a
    minute). Stacked digits: the modes of 1,000, and KL from even shares in nats. --gan-train takes another minute.
    Translations, of pix2pix for example, are made of held-out examples: their L1 error beside those of the mean image
    and of the input itself, sharpness, classes and colours kept, and the cycle error of a G that goes both ways.
    Column `data`: true examples in the samples' place.
    """
    path, curve_path = (_picture_path(pictures[name], run, f"--{name.replace('_', '-')}") for name in PICTURES)
    trained, _ = Run.load(Path(run), backend="numpy", data_dir=data_dir)
    _expect_apt(trained, trains, path)
    if curve_path is not None:
        expect_truncatable(trained, curve_path)
    terminal = Terminal()
    with terminal.status("measuring", refresh_per_second=2) if not as_json else nullcontext():
        found = measures_of(trained, samples, seed)
        if trains:
            found.append(metrics.gan_train(trained.source, trained.sample(MOST_TRAINED, seed), seed=seed))
        if path is not None:
            save_picture(path, _drawn(trained, samples, seed))
        if curve_path is not None:
            save_picture(curve_path, drawn_curve(trained, samples, seed))
    about = {"recipe": trained.recipe.name, "data": trained.recipe.data, "iteration": trained.iteration}
    if as_json:
        measures = {"samples": samples, "seed": seed, "measures": {m.name: _as_json(m) for m in found}}
        whole = {"run": run, **about, **_beside(trained.source, found), **measures}
        terminal.unbroken(json.dumps(whole, allow_nan=False))
        return
    terminal.unbroken("{}: {recipe} on {data}, iteration {iteration:,}".format(run, **about))
    terminal.table(_table(found, "samples" if trained.source.domains is None else "translations"))
    for line in _footing(trained.source, found):
        terminal.say(line)
    for title, drawn in (("nearest training images", path), ("truncation curve", curve_path)):
        if drawn is not None:
            terminal.unbroken(f"{title}: {drawn}")


def _picture_path(given: str | None, run: str, option: str) -> Path | None:
    """The path that an option names, or None."""
    if given is None:
        return None
    path = picture_path(given, Path(run), None, option=option)
    expect_no_part(path)
    return path


def _expect_apt(trained: Run, trains: bool, path: Path | None) -> None:
    """Raises SettingError if the run lacks what --gan-train or --neighbours needs, or if `path` cannot be written."""
    if path is not None and trained.source.domains is not None:
        raise SettingError("--neighbours compares samples of noise with training images; translations have a truth")
    if trains and not (trained.classes and trained.source.has_images):
        raise SettingError("--gan-train needs images and a conditional G, such as that of cgan on digits")
    if path is not None:
        if not trained.source.has_images:
            raise SettingError(f"--neighbours draws images, but the examples of {trained.recipe.data} are points")
        if trained.source.is_stacked:
            raise SettingError(f"--neighbours compares whole images, but those of {trained.recipe.data} are stacks")
        expect_writable(path)


def _drawn(trained: Run, count: int, seed: int) -> "Figure":
    """The figure of the training images that are nearest to samples, and to test images."""
    source: Any = trained.source.unlabelled()
    test, judge = compared(source, count, seed)["features"].test.images, judge_of(source)
    samples = trained.sample(len(test), seed)
    x = samples.x if isinstance(samples, Labelled) else samples
    near = memorization(space(x, judge), training_space(source, judge), space(test, judge))
    return neighbours(
        (x, test),
        source.images,
        near.neighbours,
        (near.samples, near.held_out),
        title=f"{trained.recipe.name} on {trained.recipe.data}, iteration {trained.iteration:,}",
        space="pixels" if judge is None else f"features of the {judge.name} classifier",
    )


def _beside(source: Any, found: list[Measure]) -> dict[str, Any]:
    """Facts that the measures refer to: the number of modes of the data; the classifier's test images and accuracy."""
    components = source.unlabelled().components
    if components is not None:
        return {"modes": len(components.centres)}
    accuracy = next((m.floor for m in found if m.name == "class_accuracy"), None)
    return {} if accuracy is None else {"classifier": {"accuracy": accuracy, "test_images": len(source.held_out())}}


def _table(found: list[Measure], measured: str) -> Table:
    """A row for each measure, with a row for each class below a measure by class."""
    table = Table(box=None, header_style="bold")
    table.add_column("measure")
    for name in (measured, "data", "points"):
        table.add_column(name, justify="right", no_wrap=True)
    for m in found:
        for title, row in [(m.title, m), *((f"  {row.name}", row) for row in m.by_class)]:
            table.add_row(title, row.shown(row.value), row.shown(row.floor), f"{row.points:,}")
    return table


def _footing(source: Any, found: list[Measure]) -> list[str]:
    """Lines that explain the column `data`."""
    if source.domains is not None:
        return _of_translations(found)
    if not source.has_images:
        return ["data: fresh examples in the samples' place"]
    names = {measure.name for measure in found}
    lines = ["data: training images in the samples' place; too smooth images can score lower"]
    if "stacked_modes" in names:
        lines.append("data of the modes: as many new stacks of training digits, classified by channel")
    if "nearer" in names:
        space = "features of the classifier" if "frechet" in names else "pixels"
        lines.append(f"data of nearness to training: test images. Near: by {space}")
    elif "stacked_modes" not in names:
        lines.append(f"features and nearness are measured from {FEWEST} images on")
    if "classifier" in (beside := _beside(source, found)):
        count = beside["classifier"]["test_images"]
        lines.append(f"data of class accuracy: the classifier's, on all {count:,} test images, not trained on")
    if "gan_train" in names:
        lines.append("data of GAN-train: as many training images; tested on all test images")
    return lines


def _of_translations(found: list[Measure]) -> list[str]:
    """Lines that explain the measures of translations."""
    kinds = {measure.name.rpartition("_")[0] for measure in found}
    if "sharpness" not in kinds:
        return ["data: true points in the translations' place"]
    lines = ["data: true held-out images in the translations' place; errors: mean of |difference|, pixels from -1 to 1"]
    if "l1" not in kinds:
        lines.append("no truth is known for these domains, so there is no error but that of the cycle")
    if kinds & {"classes", "matches"}:
        lines.append("data of classes: the classifier's accuracy on the true images")
    return lines


def _as_json(measure: Measure) -> dict[str, Any]:
    """The values of a measure, in all and by class; a number that is not finite becomes None."""
    numbers: dict[str, Any] = {
        "value": _or_null(measure.value),
        "floor": _or_null(measure.floor),
        "points": measure.points,
    }
    if measure.deciles:
        numbers["deciles"] = dict(zip(("samples", "data"), map(list, measure.deciles), strict=True))
    by_class = {each.name: _as_json(each) for each in measure.by_class}
    return {**numbers, "classes": by_class} if by_class else numbers


def _or_null(value: float) -> float | None:
    return value if isfinite(value) else None
