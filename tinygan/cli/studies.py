"""The options, the folder, the progress and the failures of the commands of studies, `compare` and `augment`."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from tinygan import configuration
from tinygan.augmentation import Experiment
from tinygan.cli.folders import chosen, newest
from tinygan.cli.interrupts import interruptible
from tinygan.cli.options import BACKENDS, Whole
from tinygan.cli.pictures import draws
from tinygan.cli.terminal import Terminal, command
from tinygan.comparison import Comparison
from tinygan.disk import expect_writable
from tinygan.errors import RunError, SettingError
from tinygan.machine import cores
from tinygan.mpi import workers, world
from tinygan.study import Failures, Study, perform
from tinygan.study.progress import Progress

Kind = TypeVar("Kind", bound=Study)

PER_CORE = 4  # tasks at a time, at most; more need more memory and are not faster


def kind_at(folder: Path) -> type[Study]:
    """The kind of the study in `folder`. Raises RunError if there is none."""
    path = folder / "config.toml"
    try:
        found = configuration.kind_of(configuration.read(path))
        return next(kind for kind in (Comparison, Experiment) if kind.kind == found)
    except (FileNotFoundError, StopIteration):
        raise RunError(f"no comparison and no augmentation in {folder}") from None


def describes_a_study(kind: type[Study]) -> Callable[[Callable], Callable]:
    """A decorator: a command with the options that all studies have."""
    options = (
        click.option("--seeds", type=Whole(1), help="How many, from 0 on (default: 5)."),
        click.option("--data-dir", type=click.Path(), help="Folder of the data set's files."),
        click.option("--backend", type=BACKENDS, help="Where to train (default: numpy)."),
        click.option(
            "--processes",
            type=Whole(0),
            help=f"{kind.many.capitalize()} at a time, each with one thread if several (default: one a core; at most "
            "four); 0: in this process.",
        ),
        click.option(
            "--out",
            type=click.Path(),
            help=f"Folder (default: a new one in {_parent(kind)}/); its finished {kind.many} are kept.",
        ),
        click.option(
            "--resume",
            is_flag=False,
            flag_value="",
            metavar="[FOLDER]",
            help=f"Do the {kind.many} that FOLDER, or the newest, lacks.",
        ),
    )

    def described(command: Callable) -> Callable:
        command = draws(command)
        for option in reversed(options):
            command = option(command)
        return command

    return described


def _parent(kind: type[Study]) -> Path:
    """The folder of new studies of a kind: comparisons/, for example."""
    return Path(f"{kind.kind}s")


def begun(
    kind: type[Kind],
    new: Callable[[], Kind],
    given: dict[str, Any],
    resume: str | None,
    out: str | None,
    seeds: int | None,
    processes: int | None,
) -> tuple[Kind, Path, int]:
    """(study, folder, processes): the study of the command's arguments, or the one that is resumed.

    new: makes a new study.   given: the options that a study which is resumed cannot have, and data_dir.
    """
    if resume and out:
        raise SettingError(f"--resume {resume} names the folder already; leave out --out")
    if resume is not None:
        folder = Path(resume or out or newest(_parent(kind), "config.toml", kind.kind, "FOLDER"))
        study = _resumed(kind, folder, seeds, given)
        many = _processes(processes, study)
    else:
        study = new().checked()
        many = _processes(processes, study)  # before there is a folder
        folder = chosen(out, _parent(kind) / study.data, partial(_expect_room, study))
    expect_writable(folder / "config.toml")
    return study, folder, many


def performed(
    study: Study, folder: Path, processes: int, terminal: Terminal, format: str, dpi: int | None
) -> Failures | None:
    """Does the tasks that are missing; returns the error about failed ones, to be raised at the end."""

    def stopped() -> str:
        tasks = study.tasks(folder)
        kept = f"{sum(bool(task.outcome()) for task in tasks)} of {len(tasks)} {study.many} are kept"
        return f"Stopped; {kept}. Go on with:"

    try:
        with (
            interruptible(stopped, command("tinygan", study.command, "--resume", folder)),
            Progress(terminal, study.tasks(folder), study.many) as progress,
            workers() as executor,
        ):
            perform(study, folder, processes, progress, format, dpi, executor)
    except Failures as error:
        return error
    return None


def _resumed(kind: type[Kind], folder: Path, seeds: int | None, given: dict[str, Any]) -> Kind:
    """The study in `folder`, with more seeds or another folder of data; nothing else can be changed."""
    data_dir = given.pop("data_dir")
    for key, value in given.items():
        if value:
            name = {"recipes": "RECIPE", "assignments": "--set"}.get(key, f"--{key.replace('_', '-')}")
            what = configuration.with_article(kind.kind)
            raise SettingError(f"{what} is resumed with its own settings; leave out {name}, or start a new one")
    kept = kind.load(folder)
    if seeds is not None and seeds < kept.seeds:
        raise SettingError(f"{folder} was begun with {kept.seeds} seeds; ask for as many or more, got {seeds}")
    study = replace(
        kept, seeds=kept.seeds if seeds is None else seeds, data_dir=kept.data_dir if data_dir is None else data_dir
    )
    return study.checked() if data_dir is not None or study.missing(folder) else study


def _expect_room(study: Study, folder: Path) -> None:
    """Raises an error unless `folder` is empty, or holds the same study, finished or not."""
    if (folder / "config.toml").exists() and not study.extends(type(study).load(folder)):
        again = command("tinygan", study.command, "--resume", folder)
        raise SettingError(f"{folder} holds another {study.kind}; go on with it by {again}, or choose another --out")
    study.expect_room(folder)


def _processes(asked: int | None, study: Study) -> int:
    """The number of tasks at a time: one on a GPU, at most four a core, and at most the number of tasks.

    Under mpiexec it is the number of processes that it started but the first, which watches them.
    """
    if world().size > 1:
        if asked is not None:
            raise SettingError(f"mpiexec has started {world().size} processes; leave out --processes")
        return world().size - 1
    available = cores()
    if asked is not None and asked > PER_CORE * available:
        raise SettingError(
            f"--processes is expected to be at most {PER_CORE * available}, {PER_CORE} a core of this machine's "
            f"{available}, got {asked}"
        )
    if study.backend == "numpy":
        return min(available if asked is None else asked, len(study.tasks(Path())))
    if asked is not None and asked > 1:
        raise SettingError(f"--processes is expected to be 1 with --backend {study.backend}, got {asked}")
    return 1 if asked is None else asked
