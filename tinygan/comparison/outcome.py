"""The outcome of a run of a comparison, and its file in the run's folder."""

import dataclasses
import json
from math import inf, isfinite
from pathlib import Path
from typing import Any

from tinygan.disk import atomic, read
from tinygan.errors import RunError
from tinygan.metrics.evaluate import NAMES


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome of a run.

    measures, floors: by name, of the samples and of true examples in their place; empty if the run diverged. A measure
    of D, such as a test error, has no floor.
    seconds: of training alone, with so many `threads`, while so many `processes` ran at a time.
    diverged: the number that was not finite, and when; empty if the run did not diverge.
    """

    label: str
    seed: int
    iterations: int
    seconds: float
    threads: int
    processes: int
    measures: dict[str, float] = dataclasses.field(default_factory=dict)
    floors: dict[str, float] = dataclasses.field(default_factory=dict)
    diverged: str = ""

    def summary(self) -> str:
        """The outcome in a few words.

        >>> Outcome("minimax", 0, 100, 2.5, 1, 2, {"modes": 8, "high_quality": 0.9, "wasserstein1": 0.05}).summary()
        'modes 8, high quality 90.0%, W1 0.050, 2.5 s'
        """
        return self.diverged or f"{measured(self)}, {self.seconds:.1f} s"


def measured(outcome: Outcome) -> str:
    """The measures of the samples in a few words; "" if the run diverged."""
    found = outcome.measures
    words = [f"modes {found['modes']:.0f}, high quality {found['high_quality']:.1%}"] if "modes" in found else []
    words += [f"W1 {found['wasserstein1']:.3f}"] if found else []
    words += [f"Frechet {found['frechet']:.1f}"] if "frechet" in found else []
    words += [f"class accuracy {found['class_accuracy']:.1%}"] if "class_accuracy" in found else []
    words += [f"modes {found['stacked_modes']:.0f}, KL {found['stacked_kl']:.2f}"] if "stacked_modes" in found else []
    words += [f"{name.replace('_', ' ')} {value:.4g}" for name, value in found.items() if name not in NAMES]
    return ", ".join(words)


def keep(outcome: Outcome, folder: Path) -> None:
    """Writes folder/outcome.json, which marks the run as finished."""
    with atomic(folder / "outcome.json", "w") as file:
        json.dump(_finite(dataclasses.asdict(outcome)), file, indent=2, allow_nan=False)
        file.write("\n")


def finished(folder: Path) -> Outcome | None:
    """The outcome in the folder of a run; None if the run is not finished.

    Raises RunError if it is damaged, or cannot be read.
    """
    path = folder / "outcome.json"
    try:
        values = json.loads(read(path))
        for part in ("measures", "floors"):
            values[part] = {name: inf if value is None else float(value) for name, value in values[part].items()}
        for name in ("seed", "iterations", "threads", "processes"):
            values[name] = int(values[name])
        outcome = Outcome(**{**values, "seconds": float(values["seconds"])})
        if not outcome.floors.keys() <= outcome.measures.keys() or not (outcome.measures or outcome.diverged):
            raise ValueError("measures are missing")
        return outcome
    except FileNotFoundError:
        return None
    except KeyError as error:
        raise RunError(f"{path} is damaged: it lacks {error}; remove it to make that run again") from None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {error}; remove it to make that run again") from None


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    """The outcome's values with None for an infinite measure, which JSON cannot express."""
    parts = {
        part: {name: value if isfinite(value) else None for name, value in values[part].items()}
        for part in ("measures", "floors")
    }
    return {**values, **parts}
