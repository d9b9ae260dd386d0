"""Means over seeds with their intervals, and CSV files."""

import csv
from math import isfinite, nan, sqrt
from pathlib import Path
from typing import Any, NamedTuple

from tinygan.disk import atomic


class Mean(NamedTuple):
    """A mean, and the half width of its 95% interval; nan for a single number, or an infinite mean."""

    value: float
    half_width: float


def mean(values: list[float]) -> Mean:
    """The mean of independent values, with Student's t interval.

    >>> mean([1.0, 2.0, 3.0])
    Mean(value=2.0, half_width=2.484...)
    """
    n = len(values)
    if not n:
        return Mean(nan, nan)
    value = sum(values) / n
    if n == 1 or not isfinite(value):
        return Mean(value, nan)
    from scipy.special import stdtrit

    variance = sum((each - value) * (each - value) for each in values) / (n - 1)
    return Mean(value, float(stdtrit(n - 1, 0.975)) * sqrt(variance / n))


def write_csv(path: Path, columns: list[str], lines: list[dict[str, Any]]) -> None:
    """Writes a CSV file: numbers have six digits, missing ones are empty."""
    with atomic(path, "w") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for line in lines:
            writer.writerow({name: _text(value) for name, value in line.items()})


def _text(value: Any) -> Any:
    if isinstance(value, float):
        return "" if value != value else f"{value:.6g}"
    return value
