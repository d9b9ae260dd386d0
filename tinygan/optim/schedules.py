"""Schedules: functions from the step, counted from 0, to a learning rate or the std of instance noise."""

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
    """Linear interpolation from `start` to `end` over `steps` steps, then `end`.

    >>> linear(1.0, 0.0, 4)(1), linear(1.0, 0.0, 4)(9)
    (0.75, 0.0)
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _expect_numbers(self)

    def __call__(self, step: int) -> float:
        return self.start + (self.end - self.start) * _fraction(step, self.steps)


@dataclass(frozen=True)
class cosine(linear):
    """Half a cosine wave from `start` to `end` over `steps` steps, then `end`; Loshchilov and Hutter 2017, eq. (5).

    >>> round(cosine(1.0, 0.0, 4)(1), 4), cosine(1.0, 0.0, 4)(9)
    (0.8536, 0.0)
    """

    def __call__(self, step: int) -> float:
        return self.end + (self.start - self.end) * (1 + cos(pi * _fraction(step, self.steps))) / 2


def _fraction(step: int, steps: int) -> float:
    """step / steps, at most 1; 1 if `steps` is 0."""
    return 1.0 if step >= steps else step / steps


def _expect_numbers(schedule: Any) -> None:
    """Raises SettingError unless every field is a finite number and the number of steps is at least 0."""
    for field in fields(schedule):
        value = getattr(schedule, field.name)
        number = isinstance(value, (int, float, np.number)) and isfinite(value)
        if not number or (field.name == "steps" and value < 0):
            raise SettingError(f"{type(schedule).__name__}: {field.name} is expected to be a number, got {value!r}")
