"""The outcome of a task, and its file in the task's folder, which marks the task as finished."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from tinygan.disk import atomic, read
from tinygan.errors import RunError

Kind = TypeVar("Kind", bound="Outcome")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of a task; subclasses add what was found.

    seconds: of training alone, with so many `threads`, while so many `processes` ran at a time.
    diverged: the number that was not finite, and when; empty if nothing diverged.
    """

    seed: int
    seconds: float
    threads: int
    processes: int
    diverged: str = ""

    def summary(self) -> str:
        """The outcome in a few words."""
        found = self.found()
        return self.diverged or f"{found}{', ' if found else ''}{self.seconds:.1f} s"

    def found(self) -> str:
        """What was found, in a few words; "" if nothing was measured."""
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """The outcome as plain values for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The outcome of plain values. Raises KeyError, TypeError or ValueError if they are none."""
        numbers = {name: int(values[name]) for name in ("seed", "threads", "processes")}
        return cls(**{**values, **numbers, "seconds": float(values["seconds"])})


def keep(outcome: Outcome, folder: Path) -> None:
    """Writes folder/outcome.json."""
    with atomic(folder / "outcome.json", "w") as file:
        json.dump(outcome.values(), file, indent=2, allow_nan=False)
        file.write("\n")


def finished(kind: type[Kind], folder: Path) -> Kind | None:
    """The outcome in the folder of a task; None if the task is not finished.

    Raises RunError if it is damaged, or cannot be read.
    """
    path = folder / "outcome.json"
    try:
        return kind.of(json.loads(read(path)))
    except FileNotFoundError:
        return None
    except KeyError as error:
        raise RunError(f"{path} is damaged: it lacks {error}; remove it to do that again") from None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {error}; remove it to do that again") from None
