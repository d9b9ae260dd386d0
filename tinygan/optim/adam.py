"""Adam (Kingma and Ba 2015, algorithm 1), and AdamW, which is Adam with decoupled weight decay."""

from dataclasses import dataclass, field

from tinygan.autograd import Array
from tinygan.functional import safe_sqrt
from tinygan.optim.rule import Rule, State, value, zeros
from tinygan.optim.schedules import Schedule


@dataclass(frozen=True)
class adam(Rule):
    """theta - alpha m_hat / (sqrt(v_hat) + epsilon), with moving averages m of g and v of g^2; Kingma and Ba 2015.

    m and v start at 0; m_hat and v_hat correct the bias of that start. learning_rate: the paper's alpha.
    in_root: whether epsilon is added below the root, alpha m_hat / sqrt(v_hat + epsilon), as in some public code.

    >>> import numpy as np
    >>> rule = adam(0.1)
    >>> parameter, state = rule(np.array([1.0]), np.array([5.0]), rule.initial(np.array([1.0])))
    >>> parameter.round(6)  # the first step has the length of the learning rate, whatever the gradient
    array([0.9])
    """

    learning_rate: float | Schedule = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    in_root: bool = field(default=False, kw_only=True)

    below_1 = ("beta1", "beta2")

    def initial(self, parameter: Array) -> State:
        return {"step": 0, "m": zeros(parameter), "v": zeros(parameter)}

    def __call__(self, parameter: Array, gradient: Array, state: State) -> tuple[Array, State]:
        t = state["step"] + 1
        alpha = value(self.learning_rate, state)
        m = self.beta1 * state["m"] + (1 - self.beta1) * gradient  # biased first moment estimate
        v = self.beta2 * state["v"] + (1 - self.beta2) * (gradient * gradient)  # biased second raw moment estimate
        m_hat = m / (1 - self.beta1**t)  # bias-corrected first moment estimate
        v_hat = v / (1 - self.beta2**t)  # bias-corrected second raw moment estimate
        root = safe_sqrt(v_hat + self.epsilon) if self.in_root else safe_sqrt(v_hat) + self.epsilon
        return parameter - alpha * m_hat / root, {"step": t, "m": m, "v": v}


@dataclass(frozen=True)
class adamw(adam):
    """Adam after theta was multiplied by 1 - alpha * decay; Loshchilov and Hutter 2019, algorithm 2."""

    decay: float = 0.01

    def __call__(self, parameter: Array, gradient: Array, state: State) -> tuple[Array, State]:
        decayed = parameter * (1 - value(self.learning_rate, state) * self.decay)
        return super().__call__(decayed, gradient, state)
