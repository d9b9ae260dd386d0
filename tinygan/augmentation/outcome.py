"""The outcome of a task of the experiment, and its file, which marks the task as finished."""

import dataclasses
import json
from pathlib import Path

from tinygan.disk import atomic, read
from tinygan.errors import RunError


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome of a task.

    name: an arm, or "GAN same" or "GAN more".   per_class: real images of each class; 0 where all images are used.
    accuracy: the share of test images that are classified right; None of a GAN, and where something diverged.
    seconds: of training, with so many `threads`, while so many `processes` ran at a time.
    diverged: the number that was not finite, and when; empty if nothing diverged.
    """

    name: str
    per_class: int
    seed: int
    accuracy: float | None
    seconds: float
    threads: int
    processes: int
    diverged: str = ""

    def summary(self) -> str:
        """The outcome in a few words.

        >>> Outcome("none", 10, 0, 0.875, 2.5, 1, 2).summary()
        'accuracy 87.5%, 2.5 s'
        """
        found = "" if self.accuracy is None else f"accuracy {self.accuracy:.1%}, "
        return self.diverged or f"{found}{self.seconds:.1f} s"


def keep(outcome: Outcome, folder: Path) -> None:
    """Writes folder/outcome.json."""
    with atomic(folder / "outcome.json", "w") as file:
        json.dump(dataclasses.asdict(outcome), file, indent=2, allow_nan=False)
        file.write("\n")


def finished(folder: Path, name: str, per_class: int, seed: int) -> Outcome | None:
    """The outcome in the folder of a task; None if the task is not finished.

    Raises RunError if it is damaged, or that of another task.
    """
    path = folder / "outcome.json"
    try:
        values = json.loads(read(path))
        accuracy = None if values["accuracy"] is None else float(values["accuracy"])
        numbers = {key: int(values[key]) for key in ("per_class", "seed", "threads", "processes")}
        found = Outcome(**{**values, **numbers, "accuracy": accuracy, "seconds": float(values["seconds"])})
    except FileNotFoundError:
        return None
    except KeyError as error:
        raise RunError(f"{path} is damaged: it lacks {error}; remove it to do that again") from None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {error}; remove it to do that again") from None
    if (found.name, found.per_class, found.seed) != (name, per_class, seed):
        raise RunError(f"{path} is of {found.name}, {found.per_class} a class, seed {found.seed}; remove it to go on")
    return found
