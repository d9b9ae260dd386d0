"""The state of an objective, which passes from one iteration to the next, and the checks of its settings."""

import dataclasses
from collections.abc import Mapping
from math import inf, isfinite
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np

from tinygan.errors import SettingError
from tinygan.objectives.turn import Turn


def number(default: Any = dataclasses.MISSING, least: float = 0.0, most: float = inf, above: bool = False) -> Any:
    """A dataclass field for a finite number from `least` to `most`.   above: `least` itself is not allowed."""
    return dataclasses.field(default=default, metadata={"bounds": (least, most, above)})


def remembered(
    default: Any = dataclasses.MISSING,
    factory: Any = dataclasses.MISSING,
    by_parameter: bool = False,
    least: float | None = None,
) -> Any:
    """A dataclass field for state, which changes during a run and is part of checkpoints.

    It is a number or an array, which keeps its type and shape, or None as long as there is no state. With factory=dict
    it is a table: a dictionary of numbers and arrays of any shapes, by names that are strings.

    by_parameter: the names are those of all parameters, such as 'D/layers.0.weight', from the first iteration on.
    least: of a number, the smallest one.
    """
    table = factory is not dataclasses.MISSING
    facts: dict[str, Any] = {"remembered": True, "table": table, "by_parameter": by_parameter}
    if least is not None:
        facts["bounds"] = (least, inf, False)
    return dataclasses.field(
        default=default, default_factory=factory, metadata=facts, compare=not table, repr=not table
    )


def generator() -> Any:
    """A dataclass field for a random generator, as numpy.random.default_rng makes it; checkpoints contain its state."""
    return dataclasses.field(
        default_factory=np.random.default_rng, compare=False, repr=False, metadata={"generator": True}
    )


class Memory:
    """A frozen dataclass with state: its remembered fields, its random generators, and the state of its parts.

    State does not change in place: `dataclasses.replace` makes an object with new state. Only random generators
    advance.
    of_whole_minibatch: True if state makes an example's loss depend on others, which several ranks cannot share.
    Raises SettingError if a value does not fit its field.
    """

    of_whole_minibatch: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value, facts = getattr(self, field.name), field.metadata
            if "bounds" in facts:
                _expect_number(field.name, value, *facts["bounds"])
            if facts.get("generator") and type(getattr(value, "bit_generator", None)) is not np.random.PCG64:
                name = type(self).__name__
                raise SettingError(f"{name}: rng is expected to be numpy.random.default_rng(seed), got {value!r}")

    def remember(self, turn: Turn) -> Self:
        """The object of the next iteration: this one, unless it has state to update after `turn`."""
        return self

    def state(self, parameters: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
        """The state by path, such as 'terms/0/t': arrays, numbers, and states of random generators.

        parameters: the content of a table by parameter that is empty, as it is before the first iteration.
        Raises SettingError if a remembered value is of another kind than its declaration allows.
        """
        values: dict[str, Any] = {}
        for name, value in self._kept():
            if isinstance(value, np.random.Generator):
                values[name] = value.bit_generator.state
            elif isinstance(value, Memory):
                values.update({f"{name}/{path}": part for path, part in value.state(parameters).items()})
            elif self._facts(name)["table"] and isinstance(value, dict) and all(isinstance(key, str) for key in value):
                table = parameters if self._facts(name)["by_parameter"] and not value else value
                values.update({f"{name}/{key}": self._plain(f"{name}/{key}", part) for key, part in table.items()})
            else:
                values[name] = self._plain(name, value)
        return values

    def tables(self) -> list[str]:
        """The paths of the tables whose names are known only from their content: all tables but those by parameter."""
        paths = []
        for name, value in self._kept():
            if isinstance(value, Memory):
                paths += [f"{name}/{path}" for path in value.tables()]
            elif isinstance(value, dict) and not self._facts(name)["by_parameter"]:
                paths.append(name)
        return paths

    def restored(self, state: Mapping[str, Any], generators: dict[int, Any] | None = None) -> Self:
        """The same object with the state `state`. Raises KeyError if a part of it is missing.

        generators: the new random generators by the id of the old ones, so that parts which share one share it again.
        """
        new: dict[str, Any] = {}
        generators = {} if generators is None else generators
        for name, value in self._kept():
            below = {path.removeprefix(f"{name}/"): part for path, part in state.items() if path.startswith(f"{name}/")}
            if isinstance(value, np.random.Generator):
                new[name] = generators.setdefault(id(value), np.random.Generator(np.random.PCG64()))
                new[name].bit_generator.state = state[name]
            elif isinstance(value, Memory):
                new[name] = value.restored(below, generators)
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

    def _facts(self, name: str) -> Mapping[str, Any]:
        """The declaration of a remembered field."""
        return self.__dataclass_fields__[name].metadata  # type: ignore[attr-defined]

    def _plain(self, path: str, value: Any) -> Any:
        """A number, an array or None. Raises SettingError for anything else."""
        if value is None or isinstance(value, (int, float)) or hasattr(value, "shape"):
            return value
        raise SettingError(
            f"{type(self).__name__}: {path} is expected to be a number, an array or a dictionary of these by strings, "
            f"declared by remembered(factory=dict), got {type(value).__name__}"
        )

    def _with(self, new: dict[str, Any]) -> Self:
        """A copy with new values by the names of `_kept`."""
        fields: dict[str, Any] = {}
        for path, value in new.items():
            name, _, place = path.partition("/")
            fields[name] = (*fields.get(name, ()), value) if place else value
        return dataclasses.replace(self, **fields) if fields else self  # type: ignore[type-var]


def _expect_number(name: str, value: Any, least: float, most: float, above: bool) -> None:
    if not isinstance(value, (int, float, np.number)):
        raise SettingError(f"{name} is expected to be a number, got {value!r}")
    if value == inf or (least == -inf and not isfinite(value)):
        raise SettingError(f"{name} is expected to be finite, got {value}")
    if not least <= value <= most or (above and value == least):
        bounds = f"in {'(' if above else '['}{least:g}, {most:g}]"
        raise SettingError(f"{name} is expected {bounds if most < inf else f'to be at least {least:g}'}, got {value}")
