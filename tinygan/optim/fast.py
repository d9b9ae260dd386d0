"""The fast forms of the update rules, which `Optimizer` takes in their place. No reader of the engine needs this file.

Small parameters lie one behind another in one flat array, large ones are gone through in blocks that stay in cache,
every array is written in place, and Adam's bias corrections are folded into its step. A test holds each form equal to
its rule. docs/performance.md has what it is worth; on a GPU it saves a launch for each parameter and operation.
"""

from collections.abc import Callable
from math import ceil, inf, prod
from typing import Any

import numpy as np

from tinygan.backend import namespace
from tinygan.optim.adam import adam, adamw
from tinygan.optim.around import clipped, weight_decay
from tinygan.optim.rmsprop import rmsprop
from tinygan.optim.rule import State, value
from tinygan.optim.sgd import momentum, nesterov, sgd

BLOCK = 131072  # numbers

# Each form is form(xp, rule, theta, g, state, t, out): `out` becomes the parameter, the arrays of `state` what the rule
# remembers; `t` is an array to be used on the way, theta and g are left alone. out may be theta.


def _sgd(xp: Any, rule: Any, theta: Any, g: Any, state: State, t: Any, out: Any) -> None:
    xp.multiply(g, value(rule.learning_rate, state), out=t)
    xp.subtract(theta, t, out=out)


def _momentum(xp: Any, rule: Any, theta: Any, g: Any, state: State, t: Any, out: Any) -> None:
    v = state["v"]
    v *= rule.decay
    v += g
    xp.multiply(v, value(rule.learning_rate, state), out=t)
    xp.subtract(theta, t, out=out)


def _nesterov(xp: Any, rule: Any, theta: Any, g: Any, state: State, t: Any, out: Any) -> None:
    v = state["v"]
    v *= rule.decay
    v += g
    xp.multiply(v, rule.decay, out=t)
    t += g
    t *= value(rule.learning_rate, state)
    xp.subtract(theta, t, out=out)


def _mean_square(xp: Any, g: Any, v: Any, decay: float, t: Any) -> None:
    """v = decay * v + (1 - decay) * g**2."""
    xp.multiply(g, g, out=t)
    t *= 1 - decay
    v *= decay
    v += t


def _rmsprop(xp: Any, rule: Any, theta: Any, g: Any, state: State, t: Any, out: Any) -> None:
    _mean_square(xp, g, state["v"], rule.decay, t)
    xp.sqrt(state["v"], out=t)
    t += rule.epsilon
    xp.divide(g, t, out=t)
    t *= value(rule.learning_rate, state)
    xp.subtract(theta, t, out=out)


def _adam(xp: Any, rule: Any, theta: Any, g: Any, state: State, t: Any, out: Any) -> None:
    """theta - rate * m / (sqrt(v) + epsilon * bias), where the bias of sqrt(v) is taken out of rate.

    With beta1 = 0, m is the gradient; it is not stored.
    """
    step, m, v = state["step"] + 1, state["m"], state["v"]
    if rule.beta1:
        xp.multiply(g, 1 - rule.beta1, out=t)
        m *= rule.beta1
        m += t
    _mean_square(xp, g, v, rule.beta2, t)
    bias = (1 - rule.beta2**step) ** 0.5
    xp.sqrt(v, out=t)
    t += rule.epsilon * bias
    xp.divide(m if rule.beta1 else g, t, out=t)
    t *= value(rule.learning_rate, state) * bias / (1 - rule.beta1**step)
    xp.subtract(theta, t, out=out)


def _adamw(xp: Any, rule: Any, theta: Any, g: Any, state: State, t: Any, out: Any) -> None:
    xp.multiply(theta, 1 - value(rule.learning_rate, state) * rule.decay, out=out)
    _adam(xp, rule, out, g, state, t, out)


def _clipped(xp: Any, rule: Any, theta: Any, g: Any, state: State, t: Any, out: Any) -> None:
    FORMS[type(rule.rule)](xp, rule.rule, theta, g, state, t, out)
    xp.clip(out, -rule.bound, rule.bound, out=out)


def _weight_decay(xp: Any, rule: Any, theta: Any, g: Any, state: State, t: Any, out: Any) -> None:
    decayed = value(rule.rate, state) * theta
    decayed += g
    FORMS[type(rule.rule)](xp, rule.rule, theta, decayed, state, t, out)


FORMS: dict[type, Callable[..., None]] = {
    sgd: _sgd,
    momentum: _momentum,
    nesterov: _nesterov,
    rmsprop: _rmsprop,
    adam: _adam,
    adamw: _adamw,
    clipped: _clipped,
    weight_decay: _weight_decay,
}


def known(rule: Any) -> bool:
    """Whether the rule, and the one inside it, has a fast form; a class made from one of these has none."""
    return type(rule) in FORMS and (not hasattr(rule, "rule") or known(rule.rule))


class Flat:
    """Parameters of one rule and one dtype, one behind another as one flat array, and their state."""

    def __init__(self, rule: Any, arrays: dict[str, Any]):
        self.rule = rule
        self.shapes = {path: array.shape for path, array in arrays.items()}
        self.state: State = rule.initial(_joined(arrays.values()))

    def step(self, parameters: dict[str, Any], gradients: dict[str, Any]) -> dict[str, Any]:
        """The parameters, by path, after one step of the rule: views of one new array."""
        theta = _joined(parameters[path] for path in self.shapes)
        g = _joined(gradients[path] for path in self.shapes)
        xp = namespace(theta)
        n, form, after = len(theta), FORMS[type(self.rule)], xp.empty_like(theta)
        size = ceil(n / ceil(n / BLOCK)) if xp is np and n else n
        room = xp.empty(size, theta.dtype)
        for start in range(0, n, size or 1):
            block = slice(start, min(start + size, n))
            state = {name: _part(value, block) for name, value in self.state.items()}
            form(xp, self.rule, theta[block], g[block], state, room[: block.stop - start], after[block])
        self.state["step"] += 1
        return self._views(after)

    def states(self) -> dict[str, State]:
        """The state by the path of its parameter; its arrays are views."""
        views = {name: self._views(value) for name, value in self.state.items() if hasattr(value, "shape")}
        return {
            path: {"step": self.state["step"], **{name: views[name][path] for name in views}} for path in self.shapes
        }

    def _views(self, flat: Any) -> dict[str, Any]:
        """Each parameter's part of a flat array."""
        start, views = 0, {}
        for path, shape in self.shapes.items():
            stop = start + prod(shape)
            views[path] = flat[start:stop].reshape(shape)
            start = stop
        return views


def flats(rules: dict[str, Any], arrays: dict[str, Any]) -> list[Flat]:
    """The parameters, small ones joined up to a block, large ones each alone; on a GPU all of one rule and dtype."""
    groups: list[tuple[Any, dict[str, Any]]] = []
    joined: dict[Any, dict[str, Any]] = {}  # the latest group of small parameters, by rule and dtype
    for path, array in arrays.items():
        most = BLOCK if isinstance(array, np.ndarray) else inf
        key = id(rules[path]), array.dtype, array.size > most / 2
        group = joined.get(key, {})
        if not group or array.size + sum(a.size for a in group.values()) > most:
            group = joined[key] = {}
            groups.append((rules[path], group))
        group[path] = array
    return [Flat(rule, group) for rule, group in groups]


def _joined(arrays: Any) -> Any:
    """The arrays, flat, one behind another; of one array a view."""
    flat = [array.reshape(-1) for array in arrays]
    return flat[0] if len(flat) == 1 else namespace(*flat).concatenate(flat)


def _part(value: Any, block: slice) -> Any:
    return value[block] if hasattr(value, "shape") else value
