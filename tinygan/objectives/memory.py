"""The state of an objective, which passes from one iteration to the next, and the checks of its settings."""

import dataclasses
from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from tinygan.errors import SettingError
from tinygan.objectives.turn import Turn


def number(default: Any = dataclasses.MISSING, least: float = 0.0, most: float = inf) -> Any:
    """A dataclass field for a finite number from `least` to `most`."""
    return dataclasses.field(default=default, metadata={"least": least, "most": most})


def remembered(default: Any = dataclasses.MISSING, factory: Any = dataclasses.MISSING) -> Any:
    """A dataclass field for state: it changes during a run, and checkpoints contain it."""
    return dataclasses.field(
        default=default, default_factory=factory, metadata={"remembered": True}, compare=factory is dataclasses.MISSING
    )


def generator(method: str) -> Any:
    """A dataclass field for a NumPy random generator, which must have `method`; checkpoints contain its state."""
    return dataclasses.field(
        default_factory=np.random.default_rng, compare=False, repr=False, metadata={"draws": method}
    )


class Memory:
    """A frozen dataclass with state: its remembered fields, its random generators, and the state of its parts.

    State does not change in place: `dataclasses.replace` makes an object with new state. Only random generators
    advance.
    Raises SettingError if a value does not fit its field.
    """

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value, facts = getattr(self, field.name), field.metadata
            if "least" in facts:
                _expect_number(field.name, value, facts["least"], facts["most"])
            if "draws" in facts and not hasattr(value, facts["draws"]):
                name = type(self).__name__
                raise SettingError(f"{name}: rng is expected to be numpy.random.default_rng(seed), got {value!r}")

    def remember(self, turn: Turn) -> Self:
        """The object of the next iteration: this one, unless it has state to update after `turn`."""
        return self

    def state(self, unseen: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
        """The state by path, such as 'terms/0/t': arrays, numbers, and states of random generators.

        unseen: the state by parameter to report before the first iteration, when there is none.
        """
        values: dict[str, Any] = {}
        for name, value in self._kept():
            if isinstance(value, np.random.Generator):
                values[name] = value.bit_generator.state
            elif isinstance(value, Memory):
                values.update({f"{name}/{path}": part for path, part in value.state(unseen).items()})
            elif isinstance(value, dict):
                values.update({f"{name}/{path}": part for path, part in (value or unseen).items()})
            else:
                values[name] = value
        return values

    def restored(self, state: Mapping[str, Any]) -> Self:
        """The same object with the state `state`. Raises KeyError if a part of it is missing."""
        new: dict[str, Any] = {}
        for name, value in self._kept():
            below = {path.removeprefix(f"{name}/"): part for path, part in state.items() if path.startswith(f"{name}/")}
            if isinstance(value, np.random.Generator):
                new[name] = np.random.Generator(type(value.bit_generator)())
                new[name].bit_generator.state = state[name]
            elif isinstance(value, Memory):
                new[name] = value.restored(below)
            else:
                new[name] = below if isinstance(value, dict) else state[name]
        return self._with(new)

    def _kept(self) -> list[tuple[str, Any]]:
        """The remembered fields, and parts that may have state, by name; a part in a tuple as 'terms/0'."""
        values = []
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, tuple) and value and all(isinstance(part, Memory) for part in value):
                values += [(f"{field.name}/{i}", part) for i, part in enumerate(value)]
            elif isinstance(value, (Memory, np.random.Generator)) or "remembered" in field.metadata:
                values.append((field.name, value))
        return values

    def _with(self, new: dict[str, Any]) -> Self:
        """A copy with new values by the names of `_kept`."""
        fields: dict[str, Any] = {}
        for path, value in new.items():
            name, _, place = path.partition("/")
            fields[name] = (*fields.get(name, ()), value) if place else value
        return dataclasses.replace(self, **fields) if fields else self  # type: ignore[type-var]


def _expect_number(name: str, value: Any, least: float, most: float) -> None:
    if not isinstance(value, (int, float, np.number)):
        raise SettingError(f"{name} is expected to be a number, got {value!r}")
    if not least <= value <= most or abs(value) == inf:
        expected = (
            f"in [{least:g}, {most:g}]"
            if most < inf
            else "to be finite"
            if value == inf
            else f"to be at least {least:g}"
        )
        raise SettingError(f"{name} is expected {expected}, got {value}")
