"""The parts of z that `tinygan sample --set` chooses: one value for all samples, or one for each column."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from tinygan.data import label_of
from tinygan.errors import SettingError, did_you_mean
from tinygan.recipes import Run

COLUMNS = 11  # of a range of numbers; an odd number has its middle
MOST_COLUMNS = 100
WHOLE = ("class", "category")  # whose ranges go in whole steps


class Sweep(NamedTuple):
    """A part of z with a value for each column.

    name: as `Run.sweep` takes it.   titles: the values as text.
    """

    name: str
    values: tuple[Any, ...]
    titles: tuple[str, ...]


def choices(run: Run, given: dict[str, str]) -> tuple[dict[str, Any], Sweep | None]:
    """(the arguments of `Run.sample`, the sweep) for assignments such as category=3 and continuous.0=-2:2.

    A value is a number or the name of a class, a list `a,b,c`, or a range `first:last` or `first:last:columns`. A range
    of classes or categories has every whole number, another has 11 values.
    Raises SettingError if a name does not exist, if a value is none of these, or if two parts have several values.
    """
    known = (*run.codes, *(("class",) if run.classes else ()), "truncation")
    arguments: dict[str, Any] = {"truncation": None, "label": None, "codes": {}}
    sweep: Sweep | None = None
    for name, text in given.items():
        if name not in known:
            raise SettingError(f"--set: recipe {run.recipe.name!r} has no {name!r} to set. {did_you_mean(name, known)}")
        values = _values(name, text, run.classes)
        argument = "label" if name == "class" else name
        if len(values) > 1:
            if sweep is not None:
                raise SettingError(f"--set: only one of {sweep.name} and {argument} can have several values")
            sweep = Sweep(argument, values, tuple(_title(name, value, run.classes) for value in values))
        elif argument in arguments:
            arguments[argument] = values[0]
        else:
            arguments["codes"][argument] = values[0]
    return arguments, sweep


def _values(name: str, text: str, classes: Sequence[str]) -> tuple[Any, ...]:
    """The values that a text gives to `name`, at least one."""
    if name == "class" and (text in classes or not _is_range(text)):
        return (text,) if text in classes else tuple(part.strip() for part in text.split(","))
    if ":" not in text:
        return tuple(_number(name, part, text) for part in text.split(","))
    first, last, *more = text.split(":")
    a, b = _number(name, first, text), _number(name, last, text)
    count = abs(b - a) + 1 if name in WHOLE else COLUMNS
    count = _number(name, more[0], text) if len(more) == 1 else count
    if len(more) > 1 or int(count) != count or not 2 <= count <= MOST_COLUMNS:
        raise SettingError(
            f"--set: a range is first:last or first:last:columns with 2 to {MOST_COLUMNS} columns, got {name}={text}"
        )
    values = tuple(float(f"{value:.12g}") for value in np.linspace(a, b, int(count)))
    if name in WHOLE and any(value != int(value) for value in values):
        raise SettingError(f"--set: {name} goes in whole steps, which {text} does not; {a}:{b} has every one")
    return tuple(_plain(value) for value in values)


def _is_range(text: str) -> bool:
    """Whether a text is numbers with colons between them."""
    return ":" in text and all(part.strip().lstrip("+-").isdecimal() for part in text.split(":"))


def _number(name: str, part: str, text: str) -> Any:
    try:
        value = float(part)
    except ValueError:
        value = np.nan
    if not isfinite(value):
        raise SettingError(f"--set: {name} expects a number, a list a,b,c or a range first:last, got {text!r}")
    if name == "truncation" and value <= 0:
        raise SettingError(f"--set: truncation is expected to be above 0, got {text!r}")
    return _plain(value)


def _plain(value: float) -> Any:
    """A whole number as an int."""
    return int(value) if value == int(value) else value


def _title(name: str, value: Any, classes: Sequence[str]) -> str:
    """A value as the title of a column. Raises SettingError if it is no class."""
    return classes[label_of(value, classes)] if name == "class" else f"{value:.3g}"
