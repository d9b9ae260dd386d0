"""Gradient checks of every update rule, in parameter and gradient, as unrolled games differentiate it."""

from typing import Any

import numpy as np

from tinygan import optim
from tinygan.gradcheck.case import Case


def _second_step(rule: Any) -> Any:
    """The function from (parameter, gradient) to the parameter after two steps of `rule`."""

    def stepped(parameter: Any, gradient: Any) -> Any:
        parameter, state = rule(parameter, gradient, rule.initial(parameter))
        return rule(parameter, gradient * parameter, state)[0]

    return stepped


def _rule(rule: Any, name: str = "") -> Case:
    gradient = np.array([0.7, -0.4, 1.3, -2.1])  # away from 0, where adaptive rules have a kink
    parameter = np.array([0.5, -1.5, 2.0, 0.9])
    return Case("update rule", name or type(rule).__name__, type(rule), _second_step(rule), (parameter, gradient))


CASES = [
    _rule(optim.sgd(0.1)),
    _rule(optim.momentum(0.1)),
    _rule(optim.nesterov(0.1)),
    _rule(optim.rmsprop(0.1, epsilon=0.1)),
    _rule(optim.adam(0.1, epsilon=0.1)),
    _rule(optim.adam(0.1, epsilon=0.1, in_root=True), "adam with epsilon in the root"),
    _rule(optim.adamw(0.1, epsilon=0.1)),
    _rule(optim.clipped(optim.sgd(0.1), 1.0)),
    _rule(optim.weight_decay(optim.sgd(0.1), 0.3)),
]
