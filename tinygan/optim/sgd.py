"""Stochastic gradient descent, plain and with momentum."""

from dataclasses import dataclass
from typing import Any

from tinygan.optim.rule import Rule, State, value, zeros
from tinygan.optim.schedules import Schedule


@dataclass(frozen=True)
class sgd(Rule):
    """theta - alpha g, with the learning rate alpha."""

    learning_rate: float | Schedule = 0.01

    def initial(self, parameter: Any) -> State:
        return {"step": 0}

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        return parameter - value(self.learning_rate, state) * gradient, {"step": state["step"] + 1}


@dataclass(frozen=True)
class momentum(Rule):
    """v = mu v + g, then theta - alpha v, with the decay mu. The experiments of Goodfellow et al. 2014 used it."""

    learning_rate: float | Schedule = 0.01
    decay: float = 0.9

    below_1 = ("decay",)

    def initial(self, parameter: Any) -> State:
        return {"step": 0, "v": zeros(parameter)}

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        v = self.decay * state["v"] + gradient
        return parameter - value(self.learning_rate, state) * v, {"step": state["step"] + 1, "v": v}


@dataclass(frozen=True)
class nesterov(momentum):
    """v = mu v + g, then theta - alpha (g + mu v); Sutskever et al. 2013, in the form that needs no look-ahead."""

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        v = self.decay * state["v"] + gradient
        change = value(self.learning_rate, state) * (gradient + self.decay * v)
        return parameter - change, {"step": state["step"] + 1, "v": v}
