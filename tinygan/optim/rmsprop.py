"""RMSProp; Tieleman and Hinton 2012, lecture 6e."""

from dataclasses import dataclass
from typing import Any

from tinygan.optim.rule import Rule, State, root, value, zeros
from tinygan.optim.schedules import Schedule


@dataclass(frozen=True)
class rmsprop(Rule):
    """v = rho v + (1 - rho) g^2, then theta - alpha g / (sqrt(v) + epsilon), with the decay rho.

    v is the mean square of the lecture.
    """

    learning_rate: float | Schedule = 0.01
    decay: float = 0.99
    epsilon: float = 1e-8

    below_1 = ("decay",)

    def initial(self, parameter: Any) -> State:
        return {"step": 0, "v": zeros(parameter)}

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        v = self.decay * state["v"] + (1 - self.decay) * (gradient * gradient)
        change = value(self.learning_rate, state) * gradient / (root(v) + self.epsilon)
        return parameter - change, {"step": state["step"] + 1, "v": v}
