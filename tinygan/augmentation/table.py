"""The tables of the experiment: accuracies with intervals, and their differences from real images alone."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tinygan.augmentation.outcome import Outcome
from tinygan.study.table import Mean, mean, write_csv


class Row(NamedTuple):
    """The results of an arm with so many real images of each class.

    seeds: the number of classifiers that were tested.   diverged: the number whose GAN diverged.
    accuracy: the mean over the seeds.   gain: the mean difference from arm `none`, seed by seed, whose interval is
    narrower, since both arms have the same real images; nan without that arm.
    """

    arm: str
    per_class: int
    seeds: int
    diverged: int
    accuracy: Mean
    gain: Mean


def rows(outcomes: Iterable[Outcome]) -> list[Row]:
    """A row for each arm and number of images, in the order of the outcomes."""
    grouped: dict[tuple[str, int], dict[int, Outcome]] = {}
    for outcome in outcomes:
        grouped.setdefault((outcome.name, outcome.per_class), {})[outcome.seed] = outcome
    found = []
    for (arm, n), by_seed in grouped.items():
        accuracies = {seed: each.accuracy for seed, each in by_seed.items() if each.accuracy is not None}
        alone = {seed: each.accuracy for seed, each in grouped.get(("none", n), {}).items()}
        gains = [value - base for seed, value in accuracies.items() if (base := alone.get(seed)) is not None]
        left_out = len(by_seed) - len(accuracies)
        found.append(Row(arm, n, len(accuracies), left_out, mean([*accuracies.values()]), mean(gains)))
    return found


def write(outcomes: list[Outcome], folder: Path) -> None:
    """Writes folder/table.csv and folder/seeds.csv."""
    lines = [
        {
            "arm": row.arm,
            "per_class": row.per_class,
            "seeds": row.seeds,
            "diverged": row.diverged,
            "accuracy_mean": row.accuracy.value,
            "accuracy_half_width": row.accuracy.half_width,
            "gain_mean": row.gain.value,
            "gain_half_width": row.gain.half_width,
        }
        for row in rows(outcomes)
    ]
    names = ["accuracy_mean", "accuracy_half_width", "gain_mean", "gain_half_width"]
    write_csv(folder / "table.csv", ["arm", "per_class", "seeds", "diverged", *names], lines)
    columns = ["arm", "per_class", "seed", "accuracy", "seconds", "threads", "processes", "diverged"]
    found = [{**vars(each), "arm": each.name} for each in outcomes]
    write_csv(folder / "seeds.csv", columns, [{name: each[name] for name in columns} for each in found])
