"""A study: settings that determine many tasks, and a folder that keeps each finished one, so that none is done twice.

Comparisons and augmentations are studies. After an interruption, after a crash, and for more seeds, `perform` does the
tasks that the folder lacks.
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from tinygan import configuration
from tinygan.data import absolute
from tinygan.disk import AnyPath
from tinygan.drawing.save import DPI
from tinygan.errors import DataError, RunError, SettingError
from tinygan.folder import claimed, expect_empty
from tinygan.study.processes import Event, perform_all


@dataclass(frozen=True, kw_only=True)
class Study(ABC):
    """The settings of a study, which determine all of its numbers.

    seeds: 0, ..., seeds - 1.   data_dir: kept as an absolute path, so the study can be resumed from another folder.
    fingerprint: of the data, test images included; empty until `checked` has read them.
    Raises SettingError if a number is below 1 or too large.
    """

    kind: ClassVar[str]  # as it is called: "comparison"
    command: ClassVar[str]  # of tinygan: "compare"
    many: ClassVar[str]  # what its tasks are called: "runs"
    most: ClassVar[dict[str, int]] = {"seeds": 1000}  # the largest values of its numbers
    dpi: ClassVar[int] = DPI  # of its pictures, where nothing else is asked for

    seeds: int = 5
    backend: str = "numpy"
    data_dir: str | None = None
    fingerprint: str = dataclasses.field(default="", compare=False)

    def __post_init__(self) -> None:
        for name, most in self.most.items():
            value = getattr(self, name)
            if not isinstance(value, int) or not 1 <= value <= most:
                raise SettingError(f"{name} is expected from 1 to {most:,}, got {value!r}")
        if self.data_dir is not None:
            object.__setattr__(self, "data_dir", absolute(self.data_dir))
        if not isinstance(self.fingerprint, str):
            raise SettingError(f"fingerprint is expected to be a word, got {self.fingerprint!r}")

    @property
    @abstractmethod
    def data(self) -> str:
        """The name of the data set."""

    @abstractmethod
    def examined(self) -> str:
        """The fingerprint of the data, after all checks that are possible before the first task."""

    @abstractmethod
    def stages(self, folder: Path, processes: int = 1, format: str = "png", dpi: int = DPI) -> Iterator[list[Any]]:
        """All tasks in lists: those of a list depend only on earlier lists.

        A task is a plain tuple with a title, a folder, a number of iterations, `perform(report)` and `outcome()`, which
        is None until it is finished.   processes: the number at a time.   format, dpi: of pictures.
        """

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """The settings that only this kind has, as plain values for TOML, which `of` reads."""

    @classmethod
    @abstractmethod
    def of(cls, settings: dict[str, Any]) -> Self:
        """The study of plain values."""

    @abstractmethod
    def covers(self, other: Self) -> bool:
        """Whether this study has every task of `other`, but for seeds and data, which `extends` compares."""

    @abstractmethod
    def outcomes(self, folder: Path) -> list[Any]:
        """The outcomes in `folder` that its tables have, in their order."""

    @abstractmethod
    def note(self, folder: Path, event: Event) -> None:
        """Called after each task with an outcome; writes the tables."""

    @abstractmethod
    def draw(self, folder: Path, format: str, dpi: int) -> None:
        """Called after the last task; writes the tables and all pictures that are missing, also of earlier tasks."""

    # The rest is the same for every kind.

    def tasks(self, folder: Path, processes: int = 1, format: str = "png", dpi: int = DPI) -> list[Any]:
        """All tasks in order."""
        return [task for stage in self.stages(folder, processes, format, dpi) for task in stage]

    def missing(self, folder: Path) -> bool:
        """Whether a task has no outcome yet."""
        return not all(task.outcome() for task in self.tasks(folder))

    def checked(self) -> Self:
        """This study with the fingerprint of its data, after all checks that are possible before the first task.

        Raises the errors of `examined`, and DataError if the data have another fingerprint.
        """
        fingerprint = self.examined()
        if self.fingerprint not in ("", fingerprint):
            raise DataError(
                f"the data are not those of the finished {self.many}: expected fingerprint {self.fingerprint}, "
                f"got {fingerprint}; resume with the data of the first {self.many}, or start a new {self.kind}"
            )
        return dataclasses.replace(self, fingerprint=fingerprint)

    def config(self) -> dict[str, Any]:
        """The study as plain values for TOML, which `load` reads."""
        config = {"kind": self.kind, "seeds": self.seeds, "backend": self.backend, "fingerprint": self.fingerprint}
        if self.data_dir is not None:
            config["data_dir"] = str(self.data_dir)
        return {**config, **self.settings()}

    @classmethod
    def load(cls, folder: AnyPath) -> Self:
        """The study in `folder`. Raises RunError if there is none, if it is of another kind, or if it is damaged."""
        path = Path(folder) / "config.toml"
        try:
            config = configuration.read(path)
            if (kind := configuration.kind_of(config)) != cls.kind:
                raise RunError(
                    f"{folder} holds {configuration.with_article(kind)}, and no {cls.kind}; name another folder"
                )
            del config["kind"]
            return cls.of(config)
        except FileNotFoundError:
            raise RunError(f"no {cls.kind} in {folder}") from None
        except KeyError as error:
            raise RunError(f"{path} is damaged: it lacks {error}") from None
        except (TypeError, AttributeError, RecursionError, SettingError) as error:
            raise RunError(f"{path} is damaged: {error}") from None

    def extends(self, other: Self) -> bool:
        """Whether this study has every task of `other`."""
        return (
            self.backend == other.backend
            and other.fingerprint in ("", self.fingerprint)
            and self.seeds >= other.seeds
            and self.covers(other)
        )

    def expect_room(self, folder: Path) -> None:
        """Raises an error unless `folder` is empty, or holds a study of which this one has every task.

        RunError: it holds another one.   SettingError: it holds something else.
        """
        if not (folder / "config.toml").exists():
            expect_empty(folder)
        elif not self.extends(type(self).load(folder)):
            raise RunError(f"{folder} holds another {self.kind}; choose another folder, or ask for the same")


class Failures(RunError):
    """Some tasks of a study failed; all others were done."""


def perform(
    study: Study,
    folder: AnyPath,
    processes: int = 1,
    watch: Callable[[Event], None] = lambda event: None,
    format: str = "png",
    dpi: int | None = None,
    executor: Executor | None = None,
) -> list[Any]:
    """Does the tasks that `folder` lacks, writes the tables after each, and draws; returns all outcomes.

    processes: the number of tasks at a time, each with one thread if it is above 1; 0 does them in this process.
    executor: does them, so many at a time, in processes of its own.
    watch: called with every Event.   format, dpi: of pictures; by default those of the kind.
    Raises the errors of `Study.checked` before the first task; a finished study needs no data. Raises RunError if the
    folder holds another study or is in use by another process, SettingError if it holds something else, and Failures,
    after all other tasks, if one failed.
    """
    folder = Path(folder)
    if not study.fingerprint or study.missing(folder):
        study = study.checked()
    with claimed(folder):
        study.expect_room(folder)
        configuration.write(folder / "config.toml", study.config())
        failures: list[str] = []
        asked, dpi = 0, dpi or study.dpi

        def note(event: Event) -> None:
            if event.outcome:
                study.note(folder, event)
            if event.failure:
                failures.append(f"{event.task.title}: {event.failure}")
            watch(event)

        for stage in study.stages(folder, max(processes, 1), format, dpi):
            missing = [task for task in stage if not task.outcome()]
            asked += len(missing)
            perform_all(missing, processes, note, executor)
        study.draw(folder, format, dpi)
        if failures:
            raise Failures(f"{len(failures)} of {asked} {study.many} failed; {failures[0]}")
        return study.outcomes(folder)
