"""What every objective has: two losses of one signature, and what a run may ask of one that keeps a memory."""

import dataclasses
from collections.abc import Iterator, Mapping
from math import inf
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np

from tinygan.errors import SettingError


class Objective:
    """Two losses, each a scalar that its player minimizes; a frozen dataclass whose fields are the paper's settings.

    D and G are networks, of which the player who waits is frozen; x is a minibatch of examples, z of noise. Nothing is
    changed by asking for a loss: what an objective remembers of the past goes from one iteration to the next by
    `after`, and only a generator of random numbers, where it has one, moves on.
    """

    says: ClassVar[str] = "score"  # what `verdict` gives: "probability", "score", "energy"
    remembers: ClassVar[tuple[str, ...]] = ()  # the fields that change as a run goes on

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """What D minimizes."""
        raise NotImplementedError

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """What G minimizes."""
        raise NotImplementedError

    def after(self, D: Any, G: Any, x: Any, z: Any) -> Self:
        """The objective for the next iteration: this one, unless it remembers.

        D and G as they are after both updates; x and z are those of G's update.
        """
        return self

    def verdict(self, D: Any, x: Any) -> Any:
        """What D says of each example, in the terms of `says`: to be looked at, not to be minimized."""
        return D(x)

    def measures(self) -> dict[str, Any]:
        """Numbers of its own that a history should show."""
        return {}

    def state(self, unseen: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
        """What `remembers` names, by path: arrays, numbers, and the states of random generators.

        unseen: stands where something is remembered of each parameter and none has been seen.
        """
        found: dict[str, Any] = {}
        for name in self.remembers:
            value = getattr(self, name)
            if isinstance(value, np.random.Generator):
                found[name] = value.bit_generator.state
            elif isinstance(value, (dict, Objective)):
                parts = value or unseen if isinstance(value, dict) else value.state(unseen)
                found.update({f"{name}/{path}": part for path, part in parts.items()})
            else:
                found[name] = value
        return found

    def restored(self, state: dict[str, Any]) -> Self:
        """The objective with what `state` gave; raises KeyError if something is missing."""
        fields: dict[str, Any] = {}
        for name in self.remembers:
            value = getattr(self, name)
            parts = {path.removeprefix(f"{name}/"): part for path, part in state.items() if path.startswith(f"{name}/")}
            if isinstance(value, np.random.Generator):
                fields[name] = np.random.Generator(type(value.bit_generator)())
                fields[name].bit_generator.state = state[name]
            elif isinstance(value, Objective):
                fields[name] = value.restored(parts)
            else:
                fields[name] = parts if isinstance(value, dict) else state[name]
        return dataclasses.replace(self, **fields) if fields else self  # type: ignore[type-var]


@dataclasses.dataclass(frozen=True)
class Around(Objective):
    """An objective around another: both losses are those of `base`, until a subclass changes one."""

    base: Objective

    remembers: ClassVar[tuple[str, ...]] = ("base",)

    def __post_init__(self) -> None:
        if not isinstance(self.base, Objective):
            raise SettingError(f"{type(self).__name__}: expected an objective such as Minimax(), got {self.base!r}")

    @property
    def says(self) -> str:  # type: ignore[override]
        return self.base.says

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        return self.base.d_loss(D, G, x, z)

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        return self.base.g_loss(D, G, x, z)

    def after(self, D: Any, G: Any, x: Any, z: Any) -> Self:
        return dataclasses.replace(self, base=self.base.after(D, G, x, z))

    def verdict(self, D: Any, x: Any) -> Any:
        return self.base.verdict(D, x)

    def measures(self) -> dict[str, Any]:
        return self.base.measures()

    def refuse(self, kinds: type | tuple[type, ...], why: str) -> None:
        """Raises SettingError, which ends with `why`, if an objective of these kinds is anywhere inside this one."""
        for inner in within(self.base):
            if isinstance(inner, kinds):
                raise SettingError(f"{type(self).__name__}: {type(inner).__name__} {why}")


def expect_at_least_0(objective: Objective, *names: str) -> None:
    """Raises SettingError if one of these fields is negative, infinite, or no number."""
    for name in names:
        value = getattr(objective, name)
        if not isinstance(value, (int, float, np.number)):
            raise SettingError(f"{name} is expected to be a number, got {value!r}")
        if not 0 <= value < inf:
            raise SettingError(f"{name} is expected to be {'finite' if value == inf else 'at least 0'}, got {value}")


def expect_draws(objective: Any, method: str) -> None:
    """Raises SettingError if the objective's rng does not draw what it needs: random, or standard_normal."""
    if not hasattr(objective.rng, method):
        name = type(objective).__name__
        raise SettingError(f"{name}: rng is expected to be numpy.random.default_rng(seed), got {objective.rng!r}")


def within(objective: Objective) -> Iterator[Objective]:
    """An objective and, from the outside in, those that it goes around."""
    yield objective
    while isinstance(objective, Around):
        objective = objective.base
        yield objective
