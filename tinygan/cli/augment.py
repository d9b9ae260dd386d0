"""tinygan augment: the accuracy of a classifier with few real images, and with what augmentation adds to them."""

from functools import partial
from math import isnan
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from tinygan.augmentation import ARMS, Experiment, Outcome, Row, rows
from tinygan.backend import backend as find_backend
from tinygan.cli.options import Whole, assigned
from tinygan.cli.studies import begun, describes_a_study, performed
from tinygan.cli.terminal import Terminal
from tinygan.errors import SettingError
from tinygan.recipes import Recipe, find

DEFAULTS = {"gan": "cgan:iterations=700,m=32,width=24,beta1=0.5", "more": "dcgan-quick:iterations=1500"}

GIVEN = {"data": "--data", "data_size": "--per-class"}  # settings of the GANs
MOST_DIGITS = 9  # of a number of images


@click.command(short_help="Train classifiers on few images, augmented in several ways.")
@click.option("--data", help="Data set of images with labels (default: digits).")
@click.option("--per-class", metavar="N,N,...", help="Real images of each class (default: 10,20,50,100,500).")
@click.option("--updates", type=Whole(1), help="Of each classifier (default: 600).")
@click.option("--samples", type=Whole(1), help="To be drawn from each GAN (default: 5000).")
@click.option("--arms", metavar="ARM,...", help=f"Some of {', '.join(ARMS)} (default: all).")
@click.option("--gan", metavar="RECIPE[:KEY=VALUE,...]", help=f"GAN on the same images (default: {DEFAULTS['gan']}).")
@click.option("--more", metavar="RECIPE[:KEY=VALUE,...]", help=f"GAN on all images (default: {DEFAULTS['more']}).")
@describes_a_study(Experiment)
def augment(
    resume: str | None,
    out: str | None,
    seeds: int | None,
    processes: int | None,
    format: str | None,
    dpi: int | None,
    **given: Any,
) -> int:
    """Train the same classifier on few real images of each class, and on what each arm adds to them.

    \b
    none        the real images alone
    shifts      they are shifted and rotated at random
    gan-same    samples of a conditional GAN that was trained on the same images
    gan-more    samples of a GAN that was trained on all images without labels;
                the classifier of `none` gives them labels
    both        samples of that GAN with labels by `shifts`, and all is moved
    unlabelled  all images, with labels by `none`: gan-more without its GAN

    Every classifier has the same weights at first, and as many updates. It is tested on the test images.
    """
    new = partial(_new, seeds, given)
    experiment, folder, many = begun(Experiment, new, given, resume, out, seeds, processes)
    terminal = Terminal()
    terminal.say(f"{len(experiment.tasks(folder))} tasks, {max(1, many)} at a time: {_counted(experiment)}")
    terminal.unbroken(f"tables, pictures and runs in {folder}")
    failed = performed(experiment, folder, many, terminal, format or "png", dpi)
    if outcomes := experiment.outcomes(folder):
        _show(terminal, experiment, outcomes)
        kind = format or "png"
        drawn = f"{folder}/accuracy.{kind} and examples.{kind}"
        terminal.unbroken(f"drawn: {drawn}; every number: table.csv and seeds.csv beside them")
    if failed:
        raise failed
    return 0


def _new(seeds: int | None, given: dict[str, Any]) -> Experiment:
    """The experiment of the command's arguments."""
    data = given["data"] or "digits"
    settings: dict[str, Any] = {name: given[name] for name in ("updates", "samples") if given[name] is not None}
    if given["per_class"] is not None:
        settings["per_class"] = tuple(map(_whole, given["per_class"].split(",")))
    if given["arms"] is not None:
        settings["arms"] = tuple(name.strip() for name in given["arms"].split(","))
    if seeds is not None:
        settings["seeds"] = seeds
    gan, more = (_recipe(given[name] or text, name, data) for name, text in DEFAULTS.items())
    backend = find_backend(given["backend"] or "numpy").name
    return Experiment(gan, more, **settings, backend=backend, data_dir=given["data_dir"])


def _whole(text: str) -> int:
    if not text.strip().isdecimal() or len(text.strip()) > MOST_DIGITS:
        raise SettingError(f"--per-class expects whole numbers such as 10,100, got {text[:MOST_DIGITS]!r}")
    return int(text)


def _recipe(typed: str, option: str, data: str) -> Recipe:
    """The recipe of NAME:KEY=VALUE,... on the data."""
    name, colon, own = typed.partition(":")
    settings = assigned(own.split(","), f"--{option}") if colon else {}
    for key in settings.keys() & GIVEN.keys():
        raise SettingError(f"--{option} {typed}: {key} is given by {GIVEN[key]}; leave it out")
    return find(name).changed({**settings, "data": data})


def _counted(experiment: Experiment) -> str:
    """The arms, numbers of images and seeds in a few words."""
    sizes, seeds = ", ".join(f"{n:,}" for n in experiment.per_class), experiment.seeds
    return f"{len(experiment.arms)} arms, {sizes} images a class, {seeds} seed{'s' if seeds > 1 else ''}"


def _show(terminal: Terminal, experiment: Experiment, outcomes: list[Outcome]) -> None:
    """Prints the table of accuracies, and that of the gains over real images alone, if there are any."""
    found = {(row.arm, row.per_class): row for row in rows(outcomes)}
    terminal.table(_table(experiment, found, "accuracy", "accuracy %"))
    if any(not isnan(row.gain.value) for (arm, _), row in found.items() if arm != "none"):
        terminal.table(_table(experiment, found, "gain", "gain, points"))
        terminal.say(Text("gain: over real images alone, seed by seed", "dim"))
    if len({outcome.seed for outcome in outcomes}) > 1:
        terminal.say(Text("±: half the 95% interval of the mean over the seeds (Student's t)", "dim"))
    if diverged := sum(row.diverged for row in found.values()):
        terminal.say(Text(f"{diverged} classifiers are left out, whose GAN diverged", "dim"))


def _table(experiment: Experiment, found: dict[tuple[str, int], Row], name: str, title: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(f"{title}, by images a class", overflow="fold")
    for n in experiment.per_class:
        table.add_column(f"{n:,}", justify="right", no_wrap=True)
    for arm in experiment.arms:
        if name == "gain" and arm == "none":
            continue
        means = [getattr(row, name) if (row := found.get((arm, n))) else None for n in experiment.per_class]
        table.add_row(arm, *map(_cell, means))
    return table


def _cell(mean: Any) -> str:
    """mean ± half width in hundredths, without the half width if there is none."""
    if mean is None or isnan(mean.value):
        return "-"
    width = "" if isnan(mean.half_width) else f" ± {100 * mean.half_width:.1f}"
    return f"{100 * mean.value:.1f}{width}"
