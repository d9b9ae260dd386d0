"""Rules that wrap another rule: weight clipping and L2 regularization."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tinygan.autograd import Array
from tinygan.functional import clip
from tinygan.optim.rule import Rule, State, assigned, value
from tinygan.optim.schedules import Schedule


@dataclass(frozen=True)
class Wrapper(Rule):
    """The base class of a rule that wraps another one, `rule`, and has its state."""

    rule: Any

    def initial(self, parameter: Array) -> State:
        return self.rule.initial(parameter)

    def assigned(self, paths: Iterable[str]) -> dict[str, Any]:
        """The rule of each parameter, by path: the wrapped rule of that parameter, wrapped by this one."""
        inner = assigned(self.rule, paths)
        outer = {id(rule): replace(self, rule=rule) for rule in inner.values()}
        return {path: outer[id(rule)] for path, rule in inner.items()}


@dataclass(frozen=True)
class clipped(Wrapper):
    """A step of `rule`, then theta clipped to [-bound, bound]; Arjovsky et al. 2017, algorithm 1, line 7."""

    bound: float = 0.01

    def __call__(self, parameter: Array, gradient: Array, state: State) -> tuple[Array, State]:
        parameter, state = self.rule(parameter, gradient, state)
        return clip(parameter, -self.bound, self.bound), state


@dataclass(frozen=True)
class weight_decay(Wrapper):
    """A step of `rule` with the gradient of the loss plus rate / 2 * ||theta||^2, which is g + rate * theta."""

    rate: float | Schedule = 1e-4

    def __call__(self, parameter: Array, gradient: Array, state: State) -> tuple[Array, State]:
        return self.rule(parameter, gradient + value(self.rate, state) * parameter, state)
