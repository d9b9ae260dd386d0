"""Tables of outcomes: a line for each run, and a row for each recipe with means and intervals over its seeds."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tinygan.comparison.outcome import Column, Outcome
from tinygan.study.table import Mean, mean, write_csv


class Row(NamedTuple):
    """The means of a recipe over its seeds.

    seeds: the number of runs that were measured.   diverged: the number that were not.   measures: the mean of each
    measure and of `seconds`.   floors: the mean of each measure of true examples.   columns: of the measures that the
    table shows.
    """

    label: str
    seeds: int
    diverged: int
    measures: dict[str, Mean]
    floors: dict[str, float]
    columns: dict[str, Column]


def rows(outcomes: Iterable[Outcome]) -> list[Row]:
    """A row for each label, in the order of the outcomes."""
    labelled: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        labelled.setdefault(outcome.label, []).append(outcome)
    return [_row(label, each) for label, each in labelled.items()]


def _row(label: str, outcomes: list[Outcome]) -> Row:
    measured = [outcome for outcome in outcomes if not outcome.diverged]
    names, floored = (list(part) for part in (measured[0].measures, measured[0].floors)) if measured else ([], [])
    means = {name: mean([outcome.measures[name] for outcome in measured]) for name in names}
    floors = {name: mean([outcome.floors[name] for outcome in measured]).value for name in floored}
    means["seconds"] = mean([outcome.seconds for outcome in measured])
    columns = measured[0].columns if measured else {}
    return Row(label, len(measured), len(outcomes) - len(measured), means, floors, columns)


def write(outcomes: list[Outcome], folder: Path) -> None:
    """Writes folder/table.csv and folder/seeds.csv."""
    names = list(dict.fromkeys(name for outcome in outcomes for name in outcome.measures))
    found = [
        {
            "recipe": row.label,
            "seeds": row.seeds,
            "diverged": row.diverged,
            **{
                f"{name}_{part}": getattr(row.measures[name], field)
                for name in [*names, "seconds"]
                if name in row.measures
                for part, field in (("mean", "value"), ("half_width", "half_width"))
            },
            **{f"{name}_floor": value for name, value in row.floors.items()},
        }
        for row in rows(outcomes)
    ]
    columns = [f"{name}_{part}" for name in [*names, "seconds"] for part in ("mean", "half_width")]
    write_csv(
        folder / "table.csv", ["recipe", "seeds", "diverged", *columns, *(f"{name}_floor" for name in names)], found
    )
    runs = [
        {
            "recipe": outcome.label,
            **{name: getattr(outcome, name) for name in ("seed", "iterations", "seconds", "threads", "processes")},
            **outcome.measures,
            "diverged": outcome.diverged,
        }
        for outcome in outcomes
    ]
    columns = ["recipe", "seed", "iterations", *names, "seconds", "threads", "processes", "diverged"]
    write_csv(folder / "seeds.csv", columns, runs)
