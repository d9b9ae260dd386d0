"""tinygan augment: the accuracy of a classifier with few real images, and with what augmentation adds to them."""

from dataclasses import replace
from functools import partial
from math import isnan
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from tinygan.augmentation import ARMS, Experiment, Outcome, Row, rows
from tinygan.augmentation import augment as make
from tinygan.backend import backend as find_backend
from tinygan.cli.folders import chosen, newest
from tinygan.cli.interrupts import interruptible
from tinygan.cli.options import BACKENDS, Whole, assigned
from tinygan.cli.pictures import draws
from tinygan.cli.terminal import Terminal, command
from tinygan.comparison import Failures
from tinygan.comparison.progress import Progress
from tinygan.disk import expect_writable
from tinygan.drawing.save import DPI
from tinygan.errors import SettingError
from tinygan.machine import cores
from tinygan.recipes import Recipe, find

PER_CORE = 4  # tasks at a time, at most
AUGMENTATIONS = Path("augmentations")
DEFAULTS = {"gan": "cgan:iterations=700,m=32,width=24,beta1=0.5", "more": "dcgan-quick:iterations=1500"}


@click.command(short_help="Train classifiers on few images, augmented in several ways.")
@click.option("--data", help="Data set of images with labels (default: digits).")
@click.option("--per-class", metavar="N,N,...", help="Real images of each class (default: 10,20,50,100,500).")
@click.option("--seeds", type=Whole(1), help="How many, from 0 on (default: 5).")
@click.option("--updates", type=Whole(1), help="Of each classifier (default: 600).")
@click.option("--samples", type=Whole(1), help="To be drawn from each GAN (default: 5000).")
@click.option("--arms", metavar="ARM,...", help=f"Some of {', '.join(ARMS)} (default: all).")
@click.option("--gan", metavar="RECIPE[:KEY=VALUE,...]", help=f"GAN on the same images (default: {DEFAULTS['gan']}).")
@click.option("--more", metavar="RECIPE[:KEY=VALUE,...]", help=f"GAN on all images (default: {DEFAULTS['more']}).")
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files.")
@click.option("--backend", type=BACKENDS, help="Where to train the GANs (default: numpy).")
@click.option(
    "--processes",
    type=Whole(0),
    help="Tasks at a time, each with one thread if several (default: one a core; at most four); 0: in this process.",
)
@click.option(
    "--out", type=click.Path(), help="Folder (default: a new one in augmentations/); its finished tasks are kept."
)
@click.option(
    "--resume",
    is_flag=False,
    flag_value="",
    metavar="[FOLDER]",
    help="Perform the tasks that FOLDER, or the newest, lacks.",
)
@draws
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
    if resume and out:
        raise SettingError(f"--resume {resume} names the folder already; leave out --out")
    if resume is not None:
        folder = Path(resume or newest(AUGMENTATIONS, "config.toml", "augmentation", "FOLDER"))
        experiment = _resumed(folder, seeds, given)
        many = _processes(processes, experiment)
    else:
        experiment = _new(seeds, given).checked()
        many = _processes(processes, experiment)  # before there is a folder
        folder = chosen(out, AUGMENTATIONS / experiment.gan.data, partial(_expect_room, experiment))
    expect_writable(folder / "config.toml")
    terminal = Terminal()
    terminal.say(f"{len(experiment.tasks(folder))} tasks, {max(1, many)} at a time: {_counted(experiment)}")
    terminal.unbroken(f"tables, pictures and runs in {folder}")
    failed = _made(experiment, folder, many, terminal, format or "png", dpi or DPI)
    if outcomes := experiment.outcomes(folder):
        _show(terminal, experiment, outcomes)
        kind = format or "png"
        drawn = f"{folder}/accuracy.{kind} and examples.{kind}"
        terminal.unbroken(f"drawn: {drawn}; every number: table.csv and seeds.csv beside them")
    if failed:
        raise failed
    return 0


def _made(
    experiment: Experiment, folder: Path, processes: int, terminal: Terminal, format: str, dpi: int
) -> Failures | None:
    """Performs the tasks that are missing; returns the error about failed ones, to be raised at the end."""

    def stopped() -> str:
        tasks = experiment.tasks(folder)
        kept = f"{sum(bool(task.outcome()) for task in tasks)} of {len(tasks)} tasks are kept"
        return f"Stopped; {kept}. Go on with:"

    try:
        with (
            interruptible(stopped, command("tinygan", "augment", "--resume", folder)),
            Progress(terminal, experiment.tasks(folder), "tasks") as progress,
        ):
            make(experiment, folder, processes, progress, format, dpi)
    except Failures as error:
        return error
    return None


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
    if not text.strip().isdigit():
        raise SettingError(f"--per-class expects whole numbers such as 10,100, got {text!r}")
    return int(text)


def _recipe(typed: str, option: str, data: str) -> Recipe:
    """The recipe of NAME:KEY=VALUE,... on the data."""
    name, colon, own = typed.partition(":")
    settings = assigned(own.split(","), f"--{option}") if colon else {}
    if "data" in settings:
        raise SettingError(f"--{option} {typed}: the data of both GANs are given by --data")
    return find(name).changed({**settings, "data": data})


def _resumed(folder: Path, seeds: int | None, given: dict[str, Any]) -> Experiment:
    """The experiment in `folder`, with more seeds or another folder of data; nothing else can be changed."""
    data_dir = given.pop("data_dir")
    for key, value in given.items():
        if value:
            option = f"--{key.replace('_', '-')}"
            raise SettingError(f"an augmentation is resumed with its own settings; leave out {option}, or start anew")
    kept = Experiment.load(folder)
    if seeds is not None and seeds < kept.seeds:
        raise SettingError(f"{folder} was begun with {kept.seeds} seeds; ask for as many or more, got {seeds}")
    experiment = replace(
        kept, seeds=kept.seeds if seeds is None else seeds, data_dir=kept.data_dir if data_dir is None else data_dir
    )
    return experiment.checked() if data_dir is not None or experiment.missing(folder) else experiment


def _expect_room(experiment: Experiment, folder: Path) -> None:
    """Raises an error unless `folder` is empty, or holds the same experiment, finished or not."""
    if (folder / "config.toml").exists() and not experiment.extends(Experiment.load(folder)):
        advice = command("tinygan", "augment", "--resume", folder)
        raise SettingError(f"{folder} holds another augmentation; go on with it by `{advice}`, or give another --out")
    experiment.expect_room(folder)


def _processes(asked: int | None, experiment: Experiment) -> int:
    """The number of tasks at a time. Raises SettingError if the machine has too few cores, or a GPU is shared."""
    available = cores()
    if asked is not None and asked > PER_CORE * available:
        raise SettingError(f"--processes is expected to be at most {PER_CORE * available} here, got {asked}")
    if experiment.backend != "numpy":
        if asked is not None and asked > 1:
            raise SettingError(f"--processes is expected to be 1 with --backend {experiment.backend}, got {asked}")
        return 1 if asked is None else asked
    return min(available, 4) if asked is None else asked


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
