"""Schedules: numbers that change with the step, counted from 0. Learning rates and instance noise follow them."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from math import cos, isfinite, pi
from typing import Any

import numpy as np

from tinygan.errors import SettingError

Schedule = Callable[[int], float]  # step, counted from 0 -> value


@dataclass(frozen=True)
class constant:
    """The same value at every step."""

    value: float

    def __post_init__(self) -> None:
        _expect_numbers(self)

    def __call__(self, step: int) -> float:
        return self.value


@dataclass(frozen=True)
class linear:
    """A straight line from `start` to `end` over `steps`, then `end`.

    >>> linear(1.0, 0.0, 4)(1), linear(1.0, 0.0, 4)(9)
    (0.75, 0.0)
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _expect_numbers(self)

    def __call__(self, step: int) -> float:
        return self.start + (self.end - self.start) * _share(step, self.steps)


@dataclass(frozen=True)
class cosine(linear):
    """Half a cosine from `start` to `end` over `steps`, then `end`; Loshchilov and Hutter 2017, eq. (5).

    >>> round(cosine(1.0, 0.0, 4)(1), 4), cosine(1.0, 0.0, 4)(9)
    (0.8536, 0.0)
    """

    def __call__(self, step: int) -> float:
        return self.end + (self.start - self.end) * (1 + cos(pi * _share(step, self.steps))) / 2


def _share(step: int, steps: int) -> float:
    """The share of the way that is done: 1 from the last step on, and where there are no steps."""
    return 1.0 if step >= steps else step / steps


def _expect_numbers(schedule: Any) -> None:
    """Raises SettingError unless every field is a finite number, and the number of steps is not negative."""
    for field in fields(schedule):
        value = getattr(schedule, field.name)
        number = isinstance(value, (int, float, np.number)) and isfinite(value)
        if not number or (field.name == "steps" and value < 0):
            raise SettingError(f"{type(schedule).__name__}: {field.name} is expected to be a number, got {value!r}")
