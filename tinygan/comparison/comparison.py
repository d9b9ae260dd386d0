"""A comparison: recipes, seeds, and a folder that keeps every finished run, so that none is made twice."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tinygan import configuration
from tinygan.comparison import table
from tinygan.comparison.outcome import Outcome
from tinygan.comparison.perform import Task, draw_again
from tinygan.comparison.processes import Event, perform_all
from tinygan.data import absolute, load
from tinygan.disk import AnyPath
from tinygan.drawing.rows import DPI, stack
from tinygan.drawing.save import save_picture
from tinygan.errors import DataError, RunError, SettingError, TinyganError
from tinygan.folder import claimed, expect_empty
from tinygan.observers import warn
from tinygan.observers.pictures import intact
from tinygan.recipes import Recipe, Run, find

MOST_SEEDS = 1000
MOST_LETTERS = 200  # of a folder's name; file systems take 255 bytes
MOST_SAMPLES = 100_000  # of a run; the measures of so many take seconds


@dataclasses.dataclass(frozen=True)
class Comparison:
    """The settings of a comparison, which determine all of its numbers.

    recipes: by label.   seeds: 0, ..., seeds - 1 for each.   samples: of each run, to be measured.
    data_dir: kept as an absolute path, so the comparison can be resumed from another folder.
    fingerprint: of the data, test images included; empty until `checked` has read them.
    Raises SettingError if there is no recipe, or if a number is below 1 or too large.
    """

    recipes: dict[str, Recipe]
    seeds: int = 5
    samples: int = 2500
    backend: str = "numpy"
    data_dir: str | None = None
    fingerprint: str = dataclasses.field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.recipes:
            raise SettingError("a comparison has at least one recipe")
        for name, most in (("seeds", MOST_SEEDS), ("samples", MOST_SAMPLES)):
            value = getattr(self, name)
            if not isinstance(value, int) or not 1 <= value <= most:
                raise SettingError(f"{name} is expected from 1 to {most:,}, got {value!r}")
        for label in self.recipes:
            if len(label.encode(errors="surrogateescape")) > MOST_LETTERS:
                raise SettingError(
                    f"a recipe with its settings names a folder, in at most {MOST_LETTERS} letters, got {len(label)}; "
                    "leave out digits that do not matter"
                )
        if self.data_dir is not None:
            object.__setattr__(self, "data_dir", absolute(self.data_dir))
        if not isinstance(self.fingerprint, str):
            raise SettingError(f"fingerprint is expected to be a word, got {self.fingerprint!r}")

    def checked(self) -> "Comparison":
        """This comparison with the fingerprint of its data, after all checks that are possible before the first run.

        Raises SettingError if the recipes have different data, or if the first iteration of one fails; DataError if
        the data or the test images are missing, or have another fingerprint.
        """
        first, *others = self.recipes.items()
        for label, recipe in others:
            if recipe.data != first[1].data:
                raise SettingError(
                    f"{first[0]} has data {first[1].data!r}, {label} has {recipe.data!r}: choose one by --data"
                )
        source = load(first[1].data, self.data_dir)
        for recipe in self.recipes.values():
            Run(recipe, data=source).tried()
        data = [source, source.held_out()]
        fingerprint = " ".join(each.fingerprint or repr(each) for each in data if each is not None)
        if self.fingerprint not in ("", fingerprint):
            raise DataError(
                f"the data are not those of the finished runs: expected fingerprint {self.fingerprint}, "
                f"got {fingerprint}; resume with the data of the first runs, or start a new comparison"
            )
        return dataclasses.replace(self, fingerprint=fingerprint)

    def tasks(self, folder: Path, processes: int = 1, format: str = "png", dpi: int = DPI) -> list[Task]:
        """All runs: every recipe with the first seed, then with the next.

        Each run has a folder, named by its label with %3A for a colon, as in a URL. Those of the first seed have a
        picture of this format with the same name.
        """
        names = {label: quote(label, safe=",=") for label in self.recipes}
        return [
            Task(
                label,
                recipe,
                seed,
                folder / "runs" / names[label] / f"seed-{seed}",
                self.samples,
                self.backend,
                self.data_dir,
                processes,
                folder / "pictures" / f"{names[label]}.{format}" if seed == 0 else None,
                dpi,
            )
            for seed in range(self.seeds)
            for label, recipe in self.recipes.items()
        ]

    def config(self) -> dict[str, Any]:
        """The comparison as plain values for TOML, which `load` reads."""
        names = ("seeds", "samples", "backend", "fingerprint")
        config = {name: getattr(self, name) for name in names}
        if self.data_dir is not None:
            config["data_dir"] = str(self.data_dir)
        recipes = [
            {"label": label, "recipe": recipe.name, "settings": dataclasses.asdict(recipe)}
            for label, recipe in self.recipes.items()
        ]
        return {**config, "recipes": recipes}

    @classmethod
    def load(cls, folder: AnyPath) -> "Comparison":
        """The comparison in `folder`. Raises RunError if there is none, or if it is damaged."""
        path = Path(folder) / "config.toml"
        try:
            config = configuration.read(path)
            if "recipe" in config and "recipes" not in config:
                raise RunError(f"{folder} holds a run, and no comparison; name another folder")
            recipes = {each["label"]: find(each["recipe"]).changed(each["settings"]) for each in config.pop("recipes")}
            return cls(recipes, **config)
        except FileNotFoundError:
            raise RunError(f"no comparison in {folder}") from None
        except KeyError as error:
            raise RunError(f"{path} is damaged or of no comparison: it lacks {error}") from None
        except (
            TypeError,
            AttributeError,
            RecursionError,
            SettingError,
        ) as error:
            raise RunError(f"{path} is damaged or of no comparison: {error}") from None

    def extends(self, other: "Comparison") -> bool:
        """Whether this comparison has every run of `other`."""
        return (
            (self.samples, self.backend) == (other.samples, other.backend)
            and other.fingerprint in ("", self.fingerprint)
            and self.seeds >= other.seeds
            and self.recipes.items() >= other.recipes.items()
        )

    def expect_room(self, folder: Path) -> None:
        """Raises an error unless `folder` is empty, or holds a comparison of which this one has every run.

        RunError: it holds another comparison.   SettingError: it holds something else.
        """
        if not (folder / "config.toml").exists():
            expect_empty(folder)
        elif not self.extends(Comparison.load(folder)):
            raise RunError(f"{folder} holds another comparison; choose another folder, or ask for the same")

    def missing(self, folder: Path) -> bool:
        """Whether a run has no outcome yet."""
        return not all(task.outcome() for task in self.tasks(folder))

    def outcomes(self, folder: Path) -> list[Outcome]:
        """The outcomes of the finished runs in `folder`, by recipe and seed."""
        order = {label: place for place, label in enumerate(self.recipes)}
        found = [outcome for task in self.tasks(folder) if (outcome := task.outcome())]
        return sorted(found, key=lambda outcome: (order[outcome.label], outcome.seed))


class Failures(RunError):
    """Some runs of a comparison failed; all others were made."""


def compare(
    comparison: Comparison,
    folder: AnyPath,
    processes: int = 1,
    watch: Callable[[Event], None] = lambda event: None,
    format: str = "png",
    dpi: int = DPI,
) -> list[Outcome]:
    """Makes the runs that `folder` lacks and, after each, the tables and the picture of all; returns all outcomes.

    processes: the number of runs at a time, each with one thread if it is above 1; 0 makes them in this process.
    watch: called with every Event.   format, dpi: of each recipe's own picture, of its first seed.
    Raises SettingError or DataError as `Comparison.checked` does, before the first run; a finished comparison needs no
    data. Raises RunError if the folder holds another comparison or is in use by another process, SettingError if it
    holds something else, and Failures, after all other runs, if a run failed.
    """
    folder = Path(folder)
    if not comparison.fingerprint or comparison.missing(folder):
        comparison = comparison.checked()
    with claimed(folder):
        comparison.expect_room(folder)
        configuration.write(folder / "config.toml", comparison.config())
        _compare(comparison, folder, comparison.tasks(folder, max(processes, 1), format, dpi), processes, watch)
        return comparison.outcomes(folder)


def _compare(
    comparison: Comparison, folder: Path, tasks: list[Task], processes: int, watch: Callable[[Event], None]
) -> None:
    """`compare` in a folder that is locked."""
    failures = []
    outcomes = {task: task.outcome() for task in tasks}
    missing = [task for task, outcome in outcomes.items() if not outcome]

    def note(event: Event) -> None:
        if event.outcome:
            write(comparison, folder, drawn=bool(event.task.picture))
        if event.failure:
            failures.append(f"{event.task.label}, seed {event.task.seed}: {event.failure}")
        watch(event)

    for task, outcome in outcomes.items():
        row = task.folder / "row.png"
        drawn = row.exists() and intact(row, "drawn again")
        if outcome and task.picture and not (drawn and task.picture.exists()):
            try:
                draw_again(task, outcome)
            except TinyganError as error:  # only the picture needs the checkpoint; the outcome is complete
                warn(f"{row} is left out: {error}")
    perform_all(missing, processes, note)
    write(comparison, folder, drawn=True)
    if failures:
        raise Failures(f"{len(failures)} of {len(missing)} runs failed; {failures[0]}")


def write(comparison: Comparison, folder: Path, drawn: bool) -> None:
    """Writes the tables of the finished runs and, if `drawn`, the picture of all.

    A row that cannot be read is left out, with a warning.
    """
    table.write(comparison.outcomes(folder), folder)
    if not drawn:
        return
    paths = [task.folder / "row.png" for task in comparison.tasks(folder) if task.picture]
    rows = [picture.convert("RGB") for path in paths if path.exists() and (picture := intact(path))]
    title = f"{next(iter(comparison.recipes.values())).data}, seed 0"
    save_picture(folder / "comparison.png", stack(rows, title), dpi=DPI)
