"""Faster forms of the update rules, which `Optimizer` uses. A test compares each with its rule.

Small parameters are concatenated into one flat array, large ones are processed in blocks that fit into the cache. All
arrays are written in place, and Adam's bias corrections are part of the step size. Timings are in docs/performance.md.
On a GPU this saves a kernel launch for each parameter and operation.
"""

from collections.abc import Callable
from math import ceil, inf, prod
from typing import Any

import numpy as np

from tinygan.autograd import Array
from tinygan.backend import namespace
from tinygan.optim.adam import adam, adamw
from tinygan.optim.rmsprop import rmsprop
from tinygan.optim.rule import State, value
from tinygan.optim.sgd import momentum, nesterov, sgd
from tinygan.optim.wrappers import clipped, weight_decay

BLOCK = 131072  # numbers in a block

# Each form is form(xp, rule, theta, g, state, scratch, out). It writes the new parameter to `out`, the new state to the
# arrays of `state`, and intermediate results to `scratch`. It does not change theta (unless out is theta) and g.


def _sgd(xp: Any, rule: Any, theta: Array, g: Array, state: State, scratch: Array, out: Array) -> None:
    xp.multiply(g, value(rule.learning_rate, state), out=scratch)
    xp.subtract(theta, scratch, out=out)


def _momentum(xp: Any, rule: Any, theta: Array, g: Array, state: State, scratch: Array, out: Array) -> None:
    v = state["v"]
    v *= rule.decay
    v += g
    xp.multiply(v, value(rule.learning_rate, state), out=scratch)
    xp.subtract(theta, scratch, out=out)


def _nesterov(xp: Any, rule: Any, theta: Array, g: Array, state: State, scratch: Array, out: Array) -> None:
    v = state["v"]
    v *= rule.decay
    v += g
    xp.multiply(v, rule.decay, out=scratch)
    scratch += g
    scratch *= value(rule.learning_rate, state)
    xp.subtract(theta, scratch, out=out)


def _mean_square(xp: Any, g: Array, v: Array, decay: float, scratch: Array) -> None:
    """v = decay * v + (1 - decay) * g**2."""
    xp.multiply(g, g, out=scratch)
    scratch *= 1 - decay
    v *= decay
    v += scratch


def _rmsprop(xp: Any, rule: Any, theta: Array, g: Array, state: State, scratch: Array, out: Array) -> None:
    _mean_square(xp, g, state["v"], rule.decay, scratch)
    xp.sqrt(state["v"], out=scratch)
    scratch += rule.epsilon
    xp.divide(g, scratch, out=scratch)
    scratch *= value(rule.learning_rate, state)
    xp.subtract(theta, scratch, out=out)


def _adam(xp: Any, rule: Any, theta: Array, g: Array, state: State, scratch: Array, out: Array) -> None:
    """theta - rate * m / (sqrt(v) + epsilon * bias), where rate contains both bias corrections.

    With epsilon in the root it is rate * m / sqrt(v + epsilon * bias**2). With beta1 = 0, m is the gradient and is not
    stored.
    """
    step, m, v = state["step"] + 1, state["m"], state["v"]
    if rule.beta1:
        xp.multiply(g, 1 - rule.beta1, out=scratch)
        m *= rule.beta1
        m += scratch
    _mean_square(xp, g, v, rule.beta2, scratch)
    bias = (1 - rule.beta2**step) ** 0.5
    if rule.in_root:
        xp.add(v, rule.epsilon * bias**2, out=scratch)
        xp.sqrt(scratch, out=scratch)
    else:
        xp.sqrt(v, out=scratch)
        scratch += rule.epsilon * bias
    xp.divide(m if rule.beta1 else g, scratch, out=scratch)
    scratch *= value(rule.learning_rate, state) * bias / (1 - rule.beta1**step)
    xp.subtract(theta, scratch, out=out)


def _adamw(xp: Any, rule: Any, theta: Array, g: Array, state: State, scratch: Array, out: Array) -> None:
    xp.multiply(theta, 1 - value(rule.learning_rate, state) * rule.decay, out=out)
    _adam(xp, rule, out, g, state, scratch, out)


def _clipped(xp: Any, rule: Any, theta: Array, g: Array, state: State, scratch: Array, out: Array) -> None:
    FORMS[type(rule.rule)](xp, rule.rule, theta, g, state, scratch, out)
    xp.clip(out, -rule.bound, rule.bound, out=out)


def _weight_decay(xp: Any, rule: Any, theta: Array, g: Array, state: State, scratch: Array, out: Array) -> None:
    decayed = value(rule.rate, state) * theta
    decayed += g
    FORMS[type(rule.rule)](xp, rule.rule, theta, decayed, state, scratch, out)


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


def has_form(rule: Any) -> bool:
    """Whether the rule, and the rule that it wraps, have a fast form. A subclass has none."""
    return type(rule) in FORMS and (not hasattr(rule, "rule") or has_form(rule.rule))


class Flat:
    """Parameters with one rule and one dtype, concatenated into a flat array, and their state."""

    def __init__(self, rule: Any, arrays: dict[str, Array]):
        self.rule = rule
        self.shapes = {path: array.shape for path, array in arrays.items()}
        self.state: State = rule.initial(_concatenated(arrays.values()))

    def step(self, parameters: dict[str, Any], gradients: dict[str, Array]) -> dict[str, Array]:
        """The updated parameters by path: views of one new array."""
        theta = _concatenated(parameters[path] for path in self.shapes)
        g = _concatenated(gradients[path] for path in self.shapes)
        xp = namespace(theta)
        n, form, after = len(theta), FORMS[type(self.rule)], xp.empty_like(theta)
        size = ceil(n / ceil(n / BLOCK)) if xp is np and n else n
        scratch = xp.empty(size, theta.dtype)
        for start in range(0, n, size or 1):
            block = slice(start, min(start + size, n))
            state = {name: _part(value, block) for name, value in self.state.items()}
            form(xp, self.rule, theta[block], g[block], state, scratch[: block.stop - start], after[block])
        self.state["step"] += 1
        return self._views(after)

    def states(self) -> dict[str, State]:
        """The state by the path of its parameter; its arrays are views."""
        views = {name: self._views(value) for name, value in self.state.items() if hasattr(value, "shape")}
        return {
            path: {"step": self.state["step"], **{name: views[name][path] for name in views}} for path in self.shapes
        }

    def _views(self, flat: Any) -> dict[str, Any]:
        """The part of a flat array for each parameter, by path, in the parameter's shape."""
        start, views = 0, {}
        for path, shape in self.shapes.items():
            stop = start + prod(shape)
            views[path] = flat[start:stop].reshape(shape)
            start = stop
        return views


def flats(rules: dict[str, Any], arrays: dict[str, Array]) -> list[Flat]:
    """The parameters in groups: small ones up to a block, large ones alone; on a GPU all with one rule and dtype."""
    groups: list[tuple[Any, dict[str, Any]]] = []
    open_groups: dict[Any, dict[str, Any]] = {}  # the newest group of small parameters, by rule and dtype
    for path, array in arrays.items():
        most = BLOCK if isinstance(array, np.ndarray) else inf
        key = id(rules[path]), array.dtype, array.size > most / 2
        group = open_groups.get(key, {})
        if not group or array.size + sum(a.size for a in group.values()) > most:
            group = open_groups[key] = {}
            groups.append((rules[path], group))
        group[path] = array
    return [Flat(rule, group) for rule, group in groups]


def _concatenated(arrays: Any) -> Any:
    """The flattened arrays, concatenated; a view if there is one array."""
    flat = [array.reshape(-1) for array in arrays]
    return flat[0] if len(flat) == 1 else namespace(*flat).concatenate(flat)


def _part(value: Any, block: slice) -> Any:
    return value[block] if hasattr(value, "shape") else value
