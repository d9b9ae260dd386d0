"""An update rule is a pure function (parameter, gradient, state) -> (parameter, state).

Parameter and gradient are bare arrays or Tensors of one shape. A step on Tensors is recorded, so it can be
differentiated. The state is a dictionary; `rule.initial(parameter)` returns the first one. A rule changes none of its
arguments.
"""

from collections.abc import Iterable
from dataclasses import fields
from math import inf
from typing import Any, ClassVar

import numpy as np

from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.optim.schedules import Schedule

State = dict[str, Any]  # "step": the number of steps so far; other entries are arrays of the parameter's shape


class Rule:
    """The base class of update rules: frozen dataclasses whose fields are the settings of the paper.

    Raises SettingError if a setting or the first value of a schedule is out of range, or if `rule` is no update rule.
    """

    scheduled: ClassVar[tuple[str, ...]] = ("learning_rate", "rate")  # the fields that may be schedules
    below_1: ClassVar[tuple[str, ...]] = ()
    signed: ClassVar[tuple[str, ...]] = ()  # the fields that may be negative

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if field.name == "rule":
                expect_rule(value, type(self).__name__)
                continue
            if field.name in self.scheduled and callable(value) and not isinstance(value, type):
                value = value(0)
            signed, end = field.name in self.signed, 1 if field.name in self.below_1 else inf
            if not isinstance(value, (int, float, np.number)) or not -end < value < end or (value < 0 and not signed):
                expected = "in (-1, 1)" if signed else "in [0, 1)" if end == 1 else "from 0 on"
                raise SettingError(f"{type(self).__name__}: {field.name} is expected {expected}, got {value}")

    def assigned(self, paths: Iterable[str]) -> dict[str, Any]:
        """The rule of each parameter, by path: this rule for all; `by_path` overrides it."""
        return dict.fromkeys(paths, self)


def assigned(rule: Any, paths: Iterable[str]) -> dict[str, Any]:
    """The rule of each parameter, by path. `rule` need not be a `Rule`: any callable with a method `initial` works."""
    return rule.assigned(paths) if isinstance(rule, Rule) else dict.fromkeys(paths, rule)


def expect_rule(rule: Any, caller: str) -> None:
    """Raises SettingError unless `rule` is an update rule, and not the class of one."""
    if not isinstance(rule, Rule) and (isinstance(rule, type) or not hasattr(rule, "initial")):
        raise SettingError(f"{caller}: rule is expected to be an update rule such as adam(1e-3), got {rule!r}")


def value(setting: float | Schedule, state: State) -> float:
    """The value of a setting, or of a schedule at this step, as a Python float, which changes no array's dtype."""
    return float(setting(state["step"]) if callable(setting) else setting)


def zeros(parameter: Array) -> Array:
    """A bare array of zeros with the parameter's shape, dtype and device."""
    return namespace(raw(parameter)).zeros(parameter.shape, parameter.dtype)
