"""The outcome of a task, and its file in the task's folder, which marks the task as finished."""

import dataclasses
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any, Self, TypeVar

from tinygan.disk import atomic, read
from tinygan.errors import RunError
from tinygan.machine import threads

Kind = TypeVar("Kind", bound="Outcome")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome(ABC):
    """The outcome of a task; subclasses add what was found.

    seconds: of training alone, with so many `threads`, while so many `processes` ran at a time.
    diverged: the number that was not finite, and when; empty if nothing diverged.
    """

    seed: int
    seconds: float
    threads: int
    processes: int
    diverged: str = ""

    @classmethod
    def of_task(cls, task: Any, seconds: float, diverged: str, **found: Any) -> Self:
        """The outcome of a task that this process has done.   found: the fields of a subclass."""
        facts: dict[str, Any] = {"seed": task.seed, "threads": threads(), "processes": task.processes}
        return cls(**facts, seconds=seconds, diverged=diverged, **found)

    def summary(self) -> str:
        """The outcome in a few words."""
        found = self.found()
        return self.diverged or f"{found}{', ' if found else ''}{self.seconds:.1f} s"

    @abstractmethod
    def found(self) -> str:
        """The findings in a few words; "" if nothing was measured."""

    def values(self) -> dict[str, Any]:
        """The outcome as plain values for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The outcome of plain values. Raises KeyError, TypeError or ValueError if they are none."""
        numbers = {name: int(values[name]) for name in ("seed", "threads", "processes")}
        seconds, diverged = float(values["seconds"]), values["diverged"]
        if not (0 <= seconds < inf and isinstance(diverged, str)):
            raise ValueError(f"seconds {seconds}, diverged {diverged!r}")
        return cls(**{**values, **numbers, "seconds": seconds})


def keep(outcome: Outcome, folder: Path) -> None:
    """Writes folder/outcome.json."""
    with atomic(folder / "outcome.json", "w") as file:
        json.dump(outcome.values(), file, indent=2, allow_nan=False)
        file.write("\n")


def finished(kind: type[Kind], folder: Path, title: str = "", **facts: Any) -> Kind | None:
    """The outcome in the folder of a task; None if the task is not finished.

    title: of the task.   facts: fields that an outcome of this task has.
    Raises RunError if it is damaged, if it cannot be read, or if it is that of another task.
    """
    path = folder / "outcome.json"
    try:
        found = kind.of(json.loads(read(path)))
    except FileNotFoundError:
        return None
    except KeyError as error:
        raise RunError(f"{path} is damaged: it lacks {error}; remove it to do that again") from None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {error}; remove it to do that again") from None
    others = [f"{name} {value}" for name in facts if (value := getattr(found, name)) != facts[name]]
    if others:
        raise RunError(f"{folder} is expected to hold {title}, got {', '.join(others)}; remove it to do that again")
    return found
