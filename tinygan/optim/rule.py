"""An update rule: a pure function (parameter, gradient, state) -> (parameter, state).

Parameter and gradient are Tensors or bare arrays of one shape: on Tensors a step records itself, so it can be
differentiated through. The state is a dictionary that `rule.initial(parameter)` begins. A rule changes nothing that it
is given.
"""

from collections.abc import Iterable
from dataclasses import fields
from math import inf
from typing import Any, ClassVar

import numpy as np

from tinygan.autograd import Tensor, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.functional import sqrt, where
from tinygan.optim.schedules import Schedule

State = dict[str, Any]  # "step": the number of steps done; and arrays of the parameter's shape


class Rule:
    """The base of the update rules: frozen dataclasses whose fields are the settings of the paper.

    Raises SettingError for a number that is negative or not finite, for a decay of 1 or more, for a schedule that
    begins with such a number, and for a field `rule` that is no update rule.
    """

    scheduled: ClassVar[tuple[str, ...]] = ("learning_rate", "rate")  # the fields that may be schedules
    below_1: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if field.name == "rule":
                expect_rule(value, type(self).__name__)
                continue
            if field.name in self.scheduled and callable(value) and not isinstance(value, type):
                value = value(0)
            number = isinstance(value, (int, float, np.number))
            if not number or not 0 <= value < (1 if field.name in self.below_1 else inf):
                expected = "in [0, 1)" if field.name in self.below_1 else "from 0 on"
                raise SettingError(f"{type(self).__name__}: {field.name} is expected {expected}, got {value}")

    def among(self, paths: Iterable[str]) -> dict[str, Any]:
        """The rule of each parameter, by path: this one for all, but `by_path` has several."""
        return dict.fromkeys(paths, self)


def assigned(rule: Any, paths: Iterable[str]) -> dict[str, Any]:
    """The rule of each parameter, by path; `rule` itself may be `by_path`, or a user's own that is no `Rule`."""
    return rule.among(paths) if isinstance(rule, Rule) else dict.fromkeys(paths, rule)


def expect_rule(rule: Any, taker: str) -> None:
    """Raises SettingError unless `rule` is an update rule, made with its settings."""
    if not isinstance(rule, Rule) and (isinstance(rule, type) or not hasattr(rule, "initial")):
        raise SettingError(f"{taker}: rule is expected to be an update rule such as adam(1e-3), got {rule!r}")


def value(setting: float | Schedule, state: State) -> float:
    """A setting at this step, which may be a schedule, as a Python number: that changes no array's dtype."""
    return float(setting(state["step"]) if callable(setting) else setting)


def zeros(parameter: Any) -> Any:
    """A bare array of zeros like the parameter, where the parameter is."""
    return namespace(raw(parameter)).zeros(parameter.shape, parameter.dtype)


def root(squares: Any) -> Any:
    """sqrt with gradient 0 at 0.

    A unit that was inactive for the whole minibatch has squares of exactly 0, where the slope of sqrt is infinite.
    """
    if not isinstance(squares, Tensor):
        return sqrt(squares)
    flat = raw(squares) == 0
    return where(flat, 0.0, sqrt(where(flat, 1.0, squares)))
