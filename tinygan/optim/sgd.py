"""Stochastic gradient descent, plain and with momentum."""

from dataclasses import dataclass

from tinygan.autograd import Array
from tinygan.optim.rule import Rule, State, value, zeros
from tinygan.optim.schedules import Schedule


@dataclass(frozen=True)
class sgd(Rule):
    """theta - alpha g, with learning rate alpha."""

    learning_rate: float | Schedule = 0.01

    def initial(self, parameter: Array) -> State:
        return {"step": 0}

    def __call__(self, parameter: Array, gradient: Array, state: State) -> tuple[Array, State]:
        return parameter - value(self.learning_rate, state) * gradient, {"step": state["step"] + 1}


@dataclass(frozen=True)
class momentum(Rule):
    """v = mu v + g, then theta - alpha v, decay mu; Goodfellow et al. 2014, and with mu < 0 Gidel et al. 2019."""

    learning_rate: float | Schedule = 0.01
    decay: float = 0.9

    below_1 = signed = ("decay",)

    def initial(self, parameter: Array) -> State:
        return {"step": 0, "v": zeros(parameter)}

    def __call__(self, parameter: Array, gradient: Array, state: State) -> tuple[Array, State]:
        v = self.decay * state["v"] + gradient
        return parameter - value(self.learning_rate, state) * v, {"step": state["step"] + 1, "v": v}


@dataclass(frozen=True)
class nesterov(momentum):
    """v = mu v + g, then theta - alpha (g + mu v), with decay mu; Sutskever et al. 2013, eq. (3) and (4).

    The paper takes the gradient one momentum step ahead of its theta. Here theta is that point ahead.
    """

    def __call__(self, parameter: Array, gradient: Array, state: State) -> tuple[Array, State]:
        v = self.decay * state["v"] + gradient
        change = value(self.learning_rate, state) * (gradient + self.decay * v)
        return parameter - change, {"step": state["step"] + 1, "v": v}
