"""RMSProp; Tieleman and Hinton 2012, lecture 6e."""

from dataclasses import dataclass

from tinygan.autograd import Array
from tinygan.functional import safe_sqrt
from tinygan.optim.rule import Rule, State, value, zeros
from tinygan.optim.schedules import Schedule


@dataclass(frozen=True)
class rmsprop(Rule):
    """v = rho v + (1 - rho) g^2, then theta - alpha g / (sqrt(v) + epsilon), with decay rho.

    v is the moving average of g^2, the lecture's mean square.
    """

    learning_rate: float | Schedule = 0.01
    decay: float = 0.99
    epsilon: float = 1e-8

    below_1 = ("decay",)

    def initial(self, parameter: Array) -> State:
        return {"step": 0, "v": zeros(parameter)}

    def __call__(self, parameter: Array, gradient: Array, state: State) -> tuple[Array, State]:
        v = self.decay * state["v"] + (1 - self.decay) * (gradient * gradient)
        change = value(self.learning_rate, state) * gradient / (safe_sqrt(v) + self.epsilon)
        return parameter - change, {"step": state["step"] + 1, "v": v}
