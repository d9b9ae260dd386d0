"""A comparison: recipes, seeds, and the folder in which every finished run is kept, so that none is made twice."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tinygan import configuration
from tinygan.checkpoint import atomic
from tinygan.comparison import table
from tinygan.comparison.outcome import Outcome
from tinygan.comparison.perform import Task, draw_again
from tinygan.comparison.picture import stack
from tinygan.comparison.processes import Event, perform_all
from tinygan.errors import RunError, SettingError
from tinygan.recipes import Recipe, Run, find

MOST_SEEDS = 1000
MOST_SAMPLES = 100_000  # of a run: the measures take seconds for so many


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What decides every number of a comparison.

    recipes: by label.   seeds: 0, ..., seeds - 1 for each.   samples: that are measured, of each run.
    Raises SettingError unless there is one of each at least, and not beyond reason.
    """

    recipes: dict[str, Recipe]
    seeds: int = 5
    samples: int = 2500
    backend: str = "numpy"
    data_dir: str | None = None

    def __post_init__(self) -> None:
        if not self.recipes:
            raise SettingError("a comparison has at least one recipe")
        for name, most in (("seeds", MOST_SEEDS), ("samples", MOST_SAMPLES)):
            value = getattr(self, name)
            if not isinstance(value, int) or not 1 <= value <= most:
                raise SettingError(f"{name} is expected from 1 to {most:,}, got {value!r}")

    def check(self) -> None:
        """Raises SettingError if the recipes have different data, or if one of them cannot be run on them."""
        first, *others = self.recipes.items()
        for label, recipe in others:
            if recipe.data != first[1].data:
                raise SettingError(
                    f"{first[0]} has data {first[1].data!r}, {label} has {recipe.data!r}: choose one by --data"
                )
        for recipe in self.recipes.values():
            Run(recipe, data_dir=self.data_dir)

    def tasks(self, folder: Path, processes: int = 1) -> list[Task]:
        """Every run: all recipes on the first seed, then on the next.

        Each has a folder of its own, named by its label with %3A for a colon, as in a URL.
        """
        return [
            Task(
                label,
                recipe,
                seed,
                folder / "runs" / quote(label, safe=",=") / f"seed-{seed}",
                self.samples,
                self.backend,
                self.data_dir,
                seed == 0,
                processes,
            )
            for seed in range(self.seeds)
            for label, recipe in self.recipes.items()
        ]

    def config(self) -> dict[str, Any]:
        """The comparison as TOML keeps it; `load` reads it."""
        config = {"seeds": self.seeds, "samples": self.samples, "backend": self.backend}
        if self.data_dir is not None:
            config["data_dir"] = str(self.data_dir)
        recipes = [
            {"label": label, "recipe": recipe.name, "settings": dataclasses.asdict(recipe)}
            for label, recipe in self.recipes.items()
        ]
        return {**config, "recipes": recipes}

    @classmethod
    def load(cls, folder: Path) -> "Comparison":
        """The comparison kept in `folder`; raises RunError if there is none, or a damaged one."""
        path = folder / "config.toml"
        try:
            config = configuration.read(path)
            recipes = {each["label"]: find(each["recipe"]).changed(each["settings"]) for each in config.pop("recipes")}
            return cls(recipes, **config)
        except FileNotFoundError:
            raise RunError(f"no comparison in {folder}") from None
        except (
            KeyError,
            TypeError,
            AttributeError,
            SettingError,
        ) as error:
            raise RunError(f"{path} is damaged or of no comparison: {error}") from None

    def extends(self, other: "Comparison") -> bool:
        """Whether every run of `other` is one of this comparison too."""
        alike = ("samples", "backend", "data_dir")
        return (
            all(getattr(self, name) == getattr(other, name) for name in alike)
            and self.seeds >= other.seeds
            and self.recipes.items() >= other.recipes.items()
        )

    def outcomes(self, folder: Path) -> list[Outcome]:
        """What `folder` has of the finished runs, by recipe and seed."""
        order = {label: place for place, label in enumerate(self.recipes)}
        found = [outcome for task in self.tasks(folder) if (outcome := task.outcome())]
        return sorted(found, key=lambda outcome: (order[outcome.label], outcome.seed))


def compare(
    comparison: Comparison, folder: Path, processes: int = 1, watch: Callable[[Event], None] = lambda event: None
) -> list[Outcome]:
    """Make the runs that `folder` does not have yet; after each, write the tables and the picture of all.

    processes: runs at a time, with one thread each where they are several; 0 makes them in this process.
    watch: called with every Event.
    Raises RunError for a folder that holds another comparison and, when all else is done, if a run failed.
    """
    if (folder / "config.toml").exists() and not comparison.extends(Comparison.load(folder)):
        raise RunError(f"{folder} holds another comparison; choose another folder, or ask for the same")
    configuration.write(folder / "config.toml", comparison.config())
    failures = []

    def note(event: Event) -> None:
        if event.outcome:
            write(comparison, folder, drawn=event.task.drawn)
        if event.failure:
            failures.append(f"{event.task.label}, seed {event.task.seed}: {event.failure}")
        watch(event)

    for task in comparison.tasks(folder):
        if task.drawn and (outcome := task.outcome()) and not (task.folder / "row.png").exists():
            draw_again(task, outcome)
    missing = [task for task in comparison.tasks(folder, max(processes, 1)) if not task.outcome()]
    perform_all(missing, processes, note)
    write(comparison, folder, drawn=True)
    if failures:
        raise RunError(f"{len(failures)} of {len(missing)} runs failed; {failures[0]}")
    return comparison.outcomes(folder)


def write(comparison: Comparison, folder: Path, drawn: bool) -> None:
    """The tables of what is finished, and the picture if something in it is new."""
    table.write(comparison.outcomes(folder), folder)
    if not drawn:
        return
    rows = [task.folder / "row.png" for task in comparison.tasks(folder) if task.drawn]
    title = f"{next(iter(comparison.recipes.values())).data}, seed 0"
    with atomic(folder / "comparison.png") as file:
        stack(rows, title).save(file, format="PNG")
