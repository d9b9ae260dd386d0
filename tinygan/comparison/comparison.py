"""A comparison: recipes side by side over seeds, in a folder that keeps every finished run."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import quote

from tinygan.comparison import table
from tinygan.comparison.outcome import Outcome
from tinygan.comparison.task import Task
from tinygan.data import load
from tinygan.drawing.rows import DPI, stack
from tinygan.drawing.save import save_picture
from tinygan.errors import SettingError, TinyganError
from tinygan.observers import warn
from tinygan.observers.pictures import intact
from tinygan.recipes import Recipe, Run, find
from tinygan.study import Study
from tinygan.study.processes import Event

MOST_LETTERS = 200  # of a folder's name; file systems take 255 bytes


@dataclass(frozen=True)
class Comparison(Study):
    """The settings of a comparison.

    recipes: by label.   samples: of each run, to be measured; the measures of 100,000 take seconds.
    Raises SettingError if there is no recipe, or if a number is below 1 or too large.
    """

    kind: ClassVar[str] = "comparison"
    command: ClassVar[str] = "compare"
    many: ClassVar[str] = "runs"
    most: ClassVar[dict[str, int]] = {**Study.most, "samples": 100_000}
    dpi: ClassVar[int] = DPI

    recipes: dict[str, Recipe]
    samples: int = 2500

    def __post_init__(self) -> None:
        if not self.recipes:
            raise SettingError("a comparison has at least one recipe")
        super().__post_init__()
        for label in self.recipes:
            if len(label.encode(errors="surrogateescape")) > MOST_LETTERS:
                raise SettingError(
                    f"a recipe with its settings names a folder, in at most {MOST_LETTERS} letters, got {len(label)}; "
                    "leave out digits that do not matter"
                )

    @property
    def data(self) -> str:
        return next(iter(self.recipes.values())).data

    def examined(self) -> str:
        """The fingerprint of the data.

        Raises SettingError if the recipes have different data, or if the first iteration of one fails; DataError if
        the data or the test images are missing.
        """
        first, *others = self.recipes.items()
        for label, recipe in others:
            if recipe.data != first[1].data:
                raise SettingError(
                    f"{first[0]} has data {first[1].data!r}, {label} has {recipe.data!r}: choose one by --data"
                )
        source = load(self.data, data_dir=self.data_dir)
        for recipe in self.recipes.values():
            Run(recipe, data=source).tried()
        data = [source, source.held_out()]
        return " ".join(each.fingerprint or repr(each) for each in data if each is not None)

    def stages(self, folder: Path, processes: int = 1, format: str = "png", dpi: int = DPI) -> Iterator[list[Task]]:
        """All runs, in one list: every recipe with the first seed, then with the next.

        Each run has a folder, named by its label with %3A for a colon, as in a URL. Those of the first seed have a
        picture of this format with the same name.
        """
        names = {label: quote(label, safe=",=") for label in self.recipes}
        yield [
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

    def settings(self) -> dict[str, Any]:
        recipes = [
            {"label": label, "recipe": recipe.name, "settings": dataclasses.asdict(recipe)}
            for label, recipe in self.recipes.items()
        ]
        return {"samples": self.samples, "recipes": recipes}

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Self:
        recipes = {each["label"]: find(each["recipe"]).changed(each["settings"]) for each in settings["recipes"]}
        return cls(**{**settings, "recipes": recipes})

    def covers(self, other: Self) -> bool:
        return self.samples == other.samples and self.recipes.items() >= other.recipes.items()

    def outcomes(self, folder: Path) -> list[Outcome]:
        """The outcomes of the finished runs in `folder`, by recipe and seed."""
        order = {label: place for place, label in enumerate(self.recipes)}
        found = [outcome for task in self.tasks(folder) if (outcome := task.outcome())]
        return sorted(found, key=lambda outcome: (order[outcome.label], outcome.seed))

    def note(self, folder: Path, event: Event) -> None:
        """Writes the tables of the finished runs and, if the last one has a picture, the picture of all."""
        table.write(self.outcomes(folder), folder)
        if event.task.picture:
            self._draw(folder)

    def draw(self, folder: Path, format: str, dpi: int) -> None:
        table.write(self.outcomes(folder), folder)
        for task in self.tasks(folder, format=format, dpi=dpi):
            row = task.folder / "row.png"
            drawn = row.exists() and intact(row, "drawn again")
            outcome = task.outcome()
            if outcome and task.picture and not (drawn and task.picture.exists()):
                try:
                    task.draw_again(outcome)
                except TinyganError as error:  # only the picture needs the checkpoint; the outcome is complete
                    warn(f"{row} is left out: {error}")
        self._draw(folder)

    def _draw(self, folder: Path) -> None:
        """Writes the picture of all. A row that cannot be read is left out, with a warning."""
        paths = [task.folder / "row.png" for task in self.tasks(folder) if task.picture]
        rows = [picture.convert("RGB") for path in paths if path.exists() and (picture := intact(path))]
        save_picture(folder / "comparison.png", stack(rows, f"{self.data}, seed 0"), dpi=DPI)
