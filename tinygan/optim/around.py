"""Rules around another rule: weight clipping and L2 regularization."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tinygan.functional import clip
from tinygan.optim.rule import Rule, State, assigned, value
from tinygan.optim.schedules import Schedule


@dataclass(frozen=True)
class Around(Rule):
    """A rule that begins with the state of the rule inside it."""

    rule: Any

    def initial(self, parameter: Any) -> State:
        return self.rule.initial(parameter)

    def among(self, paths: Iterable[str]) -> dict[str, Any]:
        """The rules inside, by path, each with this around it."""
        inside = assigned(self.rule, paths)
        around = {id(rule): replace(self, rule=rule) for rule in inside.values()}
        return {path: around[id(rule)] for path, rule in inside.items()}


@dataclass(frozen=True)
class clipped(Around):
    """`rule`, then every parameter clipped to [-bound, bound]; Arjovsky et al. 2017, algorithm 1, line 7."""

    bound: float = 0.01

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        parameter, state = self.rule(parameter, gradient, state)
        return clip(parameter, -self.bound, self.bound), state


@dataclass(frozen=True)
class weight_decay(Around):
    """`rule` with the gradient g + rate * theta: that of a loss with rate / 2 * |theta|^2 added to it."""

    rate: float | Schedule = 1e-4

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        return self.rule(parameter, gradient + value(self.rate, state) * parameter, state)
