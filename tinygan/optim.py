"""Update rules as pure functions, and the object that applies one to a module.

A rule takes (parameter, gradient, state) and returns (parameter, state); state is a dict that `initial(parameter)`
begins. It works on Tensors, so a step can be differentiated through, and on bare arrays, where `Optimizer` runs the
very same text block by block. A rule changes nothing that it is given, but for the arrays of an `Owned` state.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from math import cos, inf, isfinite, pi, prod
from typing import Any, ClassVar

import numpy as np

from tinygan.autograd import Tensor, grad, raw
from tinygan.autograd.differentiate import ancestors, derivative
from tinygan.backend import namespace
from tinygan.errors import GradientError, RunError, SettingError, ShapeMismatch
from tinygan.functional import clip, sqrt, where
from tinygan.nn.tree import parameters, refreshed, updated

State = dict[str, Any]
Schedule = Callable[[int], float]  # step, counted from 0 -> value
BLOCK = 65536  # numbers: a rule's temporaries then stay in cache (docs/performance.md)


@dataclass(frozen=True)
class constant:
    """The same value at every step."""

    value: float

    def __post_init__(self) -> None:
        _expect_schedule(self)

    def __call__(self, step: int) -> float:
        return self.value


@dataclass(frozen=True)
class linear:
    """From `start` to `end` in a straight line over `steps`, then `end`.

    >>> linear(1.0, 0.0, 4)(1), linear(1.0, 0.0, 4)(9)
    (0.75, 0.0)
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _expect_schedule(self)

    def __call__(self, step: int) -> float:
        return self.start + (self.end - self.start) * _share(step, self.steps)


@dataclass(frozen=True)
class cosine(linear):
    """From `start` to `end` along half a cosine over `steps`, then `end`; Loshchilov and Hutter 2017, eq. (5).

    >>> round(cosine(1.0, 0.0, 4)(1), 4), cosine(1.0, 0.0, 4)(9)
    (0.8536, 0.0)
    """

    def __call__(self, step: int) -> float:
        return self.end + (self.start - self.end) * (1 + cos(pi * _share(step, self.steps))) / 2


def _expect_schedule(schedule: Any) -> None:
    """Raises SettingError for a number that is none, or not finite, and for a negative number of steps."""
    for field in fields(schedule):
        value = getattr(schedule, field.name)
        if (
            not isinstance(value, (int, float, np.number))
            or not isfinite(value)
            or (field.name == "steps" and value < 0)
        ):
            raise SettingError(f"{type(schedule).__name__}: {field.name} is expected to be a number, got {value!r}")


def _share(step: int, steps: int) -> float:
    """How much of the way is done; all of it where it has no length."""
    return 1.0 if step >= steps else step / steps


def _value(setting: float | Schedule, state: State) -> float:
    """A setting that may be a schedule, at this step: Python's number, which leaves dtypes as they are."""
    return float(setting(state["step"]) if callable(setting) else setting)


class Owned(dict):
    """A state of bare arrays that the rule may overwrite: what `Optimizer` hands to it, since that state is its own.

    place: where the new parameter is wanted.
    """

    place: Any = None


def _decayed(state: State, name: str, decay: float, new: Any) -> Any:
    """decay * state[name] + new; in the memory of an owned state."""
    old = state[name]
    if not isinstance(state, Owned):
        return decay * old + new
    old *= decay
    old += new
    return old


def _less(state: State, parameter: Any, change: Any) -> Any:
    """parameter - change; in the place that an owned state names."""
    if not isinstance(state, Owned):
        return parameter - change
    return namespace(parameter).subtract(parameter, change, out=state.place)


def _root(squares: Any) -> Any:
    """sqrt(squares), whose gradient at 0 is 0: that of a unit which was dead for a whole minibatch is exactly 0."""
    if not isinstance(squares, Tensor):
        return sqrt(squares)
    flat = raw(squares) == 0
    return where(flat, 0.0, sqrt(where(flat, 1.0, squares)))


class Rule:
    """An update rule: a frozen dataclass whose fields are the paper's settings.

    Raises SettingError for a number that is negative or not finite, for a decay of 1 or more, for a schedule of such
    numbers, and for a `rule` that is none.
    """

    scheduled: ClassVar[tuple[str, ...]] = ("learning_rate", "rate")  # the fields that may be schedules
    below_1: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if field.name == "rule":
                expect_rule(value, type(self).__name__)
                continue
            if field.name in self.scheduled and callable(value) and not isinstance(value, type):
                value = value(0)
            number = isinstance(value, (int, float, np.number))
            if not number or not 0 <= value < (1 if field.name in self.below_1 else inf):
                expected = "in [0, 1)" if field.name in self.below_1 else "from 0 on"
                raise SettingError(f"{type(self).__name__}: {field.name} is expected {expected}, got {value}")


def expect_rule(rule: Any, taker: str) -> None:
    """Raises SettingError unless `rule` is an update rule, made with its settings."""
    if not isinstance(rule, Rule) and (isinstance(rule, type) or not hasattr(rule, "initial")):
        raise SettingError(f"{taker}: rule is expected to be an update rule such as adam(1e-3), got {rule!r}")


@dataclass(frozen=True)
class sgd(Rule):
    """parameter - learning_rate * gradient."""

    learning_rate: float | Schedule = 0.01

    def initial(self, parameter: Any) -> State:
        return {"step": 0}

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        return _less(state, parameter, _value(self.learning_rate, state) * gradient), {"step": state["step"] + 1}


@dataclass(frozen=True)
class momentum(Rule):
    """v = decay * v + gradient; parameter - learning_rate * v. What the experiments of Goodfellow et al. 2014 used."""

    learning_rate: float | Schedule = 0.01
    decay: float = 0.9

    below_1 = ("decay",)

    def initial(self, parameter: Any) -> State:
        return {"step": 0, "velocity": _zeros(parameter)}

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        velocity = _decayed(state, "velocity", self.decay, gradient)
        change = _value(self.learning_rate, state) * velocity
        return _less(state, parameter, change), {"step": state["step"] + 1, "velocity": velocity}


@dataclass(frozen=True)
class nesterov(momentum):
    """v = decay * v + gradient; parameter - learning_rate * (gradient + decay * v).

    Sutskever et al. 2013, in the form that needs no look-ahead.
    """

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        velocity = _decayed(state, "velocity", self.decay, gradient)
        change = _value(self.learning_rate, state) * (gradient + self.decay * velocity)
        return _less(state, parameter, change), {"step": state["step"] + 1, "velocity": velocity}


@dataclass(frozen=True)
class rmsprop(Rule):
    """s = decay * s + (1 - decay) * gradient**2; parameter - learning_rate * gradient / (sqrt(s) + epsilon).

    Tieleman and Hinton 2012, lecture 6e.
    """

    learning_rate: float | Schedule = 0.01
    decay: float = 0.99
    epsilon: float = 1e-8

    below_1 = ("decay",)

    def initial(self, parameter: Any) -> State:
        return {"step": 0, "square": _zeros(parameter)}

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        square = _decayed(state, "square", self.decay, (1 - self.decay) * (gradient * gradient))
        change = _value(self.learning_rate, state) * gradient / (_root(square) + self.epsilon)
        return _less(state, parameter, change), {"step": state["step"] + 1, "square": square}


@dataclass(frozen=True)
class adam(Rule):
    """Kingma and Ba 2015, algorithm 1, with the bias corrections folded into the step as the end of section 2 does.

    The state holds decayed sums of the gradients and of their squares: the paper's m and v are (1 - beta1) and
    (1 - beta2) times those, which only numbers need to know, so that each parameter costs two products less.

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

    below_1 = ("beta1", "beta2")

    def initial(self, parameter: Any) -> State:
        return {"step": 0, "gradients": _zeros(parameter), "squares": _zeros(parameter)}

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        step = state["step"] + 1
        gradients = _decayed(state, "gradients", self.beta1, gradient)
        squares = _decayed(state, "squares", self.beta2, gradient * gradient)
        mean = (1 - self.beta1) / (1 - self.beta1**step)  # times gradients: the unbiased first moment
        root = ((1 - self.beta2) / (1 - self.beta2**step)) ** 0.5  # times sqrt(squares): the root of the second
        change = gradients / (_root(squares) + self.epsilon / root)
        change *= _value(self.learning_rate, state) * mean / root
        return _less(state, parameter, change), {"step": step, "gradients": gradients, "squares": squares}


@dataclass(frozen=True)
class adamw(adam):
    """Adam on a parameter that first shrinks by learning_rate * decay; Loshchilov and Hutter 2019, algorithm 2."""

    decay: float = 0.01

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        shrunk = parameter * (1 - _value(self.learning_rate, state) * self.decay)
        return super().__call__(shrunk, gradient, state)


@dataclass(frozen=True)
class clipped(Rule):
    """`rule`, then every parameter clipped to [-bound, bound]; Arjovsky et al. 2017, algorithm 1, line 7."""

    rule: Any
    bound: float = 0.01

    def initial(self, parameter: Any) -> State:
        return self.rule.initial(parameter)

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        parameter, state = self.rule(parameter, gradient, state)
        return clip(parameter, -self.bound, self.bound), state


@dataclass(frozen=True)
class weight_decay(Rule):
    """`rule` on gradient + rate * parameter: an L2 penalty of rate / 2 on every parameter."""

    rule: Any
    rate: float | Schedule = 1e-4

    def initial(self, parameter: Any) -> State:
        return self.rule.initial(parameter)

    def __call__(self, parameter: Any, gradient: Any, state: State) -> tuple[Any, State]:
        return self.rule(parameter, gradient + _value(self.rate, state) * parameter, state)


def _zeros(parameter: Any) -> Any:
    return namespace(raw(parameter)).zeros(parameter.shape, parameter.dtype)


class Optimizer:
    """A rule and the state it has built up for one module.

    The state is one flat array for all parameters, and so is what becomes of them: the rule runs on blocks of it. The
    module that `descend` returns holds views of a new one, and the module it was given stays as it was. The state is
    written in place, so a step that was interrupted cannot be taken up again: go back to a checkpoint.
    """

    def __init__(self, rule: Any):
        expect_rule(rule, "Optimizer")
        self.rule = rule
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.state: State = {}
        self.follows = False  # whether the module has layers whose state follows their parameters

    def __repr__(self) -> str:
        return f"Optimizer({self.rule}) after {self.state.get('step', 0)} steps"

    def descend(self, module: Any, loss: Tensor) -> Any:
        """`module` after one step of the rule down the gradient of `loss`.

        Raises GradientError if the loss depends on a leaf Tensor that the module does not hold. Where several modules
        are to learn from one loss, apply(module, grad(loss, nn.parameters(module))) takes each one's gradients.
        """
        _expect_tree(module)
        leaves = parameters(module)
        gradients = grad(loss, leaves)
        _expect_held(leaves, loss)
        return self.apply(module, gradients)

    def apply(self, module: Any, gradients: dict[str, Any]) -> Any:
        """`module` after one step of the rule with `gradients` by path, one for each of its parameters.

        Raises GradientError or ShapeMismatch if they are those of other parameters.
        """
        leaves = parameters(module)
        _expect_parameters(leaves)
        shapes = {path: leaf.shape for path, leaf in leaves.items()}
        if shapes != (given := {path: gradient.shape for path, gradient in gradients.items()}):
            path = min(path for path in {*shapes, *given} if shapes.get(path) != given.get(path))
            raise ShapeMismatch(
                f"Optimizer: the gradient of {path} is expected to be {shapes.get(path, 'absent')}, "
                f"got {given.get(path, 'none')}"
            )
        if self.state and shapes != self.shapes:
            raise ShapeMismatch("Optimizer: its state belongs to a module with other parameters; make a new Optimizer")
        before = [leaf.data.reshape(-1) for leaf in leaves.values()]
        slopes = [gradients[path].reshape(-1) for path in leaves]
        xp = namespace(*before)
        if not self.state:
            self._begin(module)

        arrays = {name: value for name, value in self.state.items() if hasattr(value, "shape")}
        after = xp.empty(sum(map(len, before)), xp.result_type(*before))
        blocks = _blocks([(len(b), b.dtype) for b in before], BLOCK if xp.__name__ == "numpy" else len(after))
        stop = 0
        for pieces in blocks:
            parameter, gradient = _joined(xp, before, pieces), _joined(xp, slopes, pieces)
            start, stop = stop, stop + len(parameter)
            places = {name: array[start:stop] for name, array in arrays.items()}
            owned = {name: _as(parameter.dtype, place) for name, place in places.items()}
            state = Owned(self.state, **owned)
            state.place = after[start:stop]
            parameter, new = self.rule(parameter, gradient, state)
            for place, found in ((state.place, parameter), *((places[name], new[name]) for name in arrays)):
                if found is not place:  # a rule need not overwrite what it may
                    place[...] = found
        self.state = {**new, **arrays}
        views = {path: _as(leaves[path].dtype, view) for path, view in _views(after, shapes)}
        module = updated(module, views)
        return refreshed(module) if self.follows else module

    def _begin(self, module: Any) -> None:
        """The state before the first step, and what there is to know about the module."""
        leaves = [leaf.data for leaf in parameters(module).values()]
        self.shapes = {path: leaf.shape for path, leaf in parameters(module).items()}
        self.state = self.rule.initial(namespace(*leaves).concatenate([leaf.reshape(-1) for leaf in leaves]))
        self.follows = refreshed(module) is not module

    def named_state(self) -> dict[str, Any]:
        """The state by name and path, such as 'gradients/layers.0.weight', and the number of steps.

        The arrays are views, which the next step overwrites.
        """
        named = {}
        for name, value in self.state.items():
            if hasattr(value, "shape"):
                named.update({f"{name}/{path}": view for path, view in _views(value, self.shapes)})
            else:
                named[name] = value
        return named

    def restore(self, module: Any, named: dict[str, Any]) -> None:
        """Take up what `named_state` gave for a module with the same parameters; raises RunError if it does not fit."""
        self.shapes, self.state = {}, {}
        if not named:  # of an optimizer that had not stepped
            return
        self._begin(module)
        expected = self.named_state()
        if expected.keys() != named.keys():
            raise RunError(
                f"the optimizer's state does not fit its rule: {sorted(expected.keys() ^ named.keys())[:3]} differ"
            )
        for name, value in expected.items():
            if not hasattr(value, "shape"):
                self.state[name] = int(named[name])
            elif value.shape == named[name].shape:
                value[...] = namespace(value).asarray(named[name])  # from a file, so on the host
            else:
                raise RunError(
                    f"the optimizer's state {name} has shape {named[name].shape}, its parameter {value.shape}"
                )


def _as(dtype: Any, array: Any) -> Any:
    """`array` in a dtype, itself if it has it: where parameters differ in theirs, the flat arrays have the widest."""
    return array if array.dtype == dtype else array.astype(dtype)


def _expect_tree(module: Any) -> None:
    if isinstance(module, Tensor):
        raise GradientError("Optimizer: the module is a Tensor; hold it in a list or a dictionary, as in [x]")


def _expect_parameters(leaves: dict[str, Tensor]) -> None:
    """Raises GradientError if there is nothing to learn, or something that was computed from what is learned."""
    if not any(leaf.size for leaf in leaves.values()):
        raise GradientError("Optimizer: the module has no parameters: its leaves are raw, or it has none")
    for path, leaf in leaves.items():
        if leaf.op is not None:
            raise GradientError(
                f"Optimizer: {path} is no parameter: it was computed, by {leaf.op.__name__}; compute it where it is "
                "used, or hold its value, raw(x) or Tensor(raw(x))"
            )


def _expect_held(leaves: dict[str, Tensor], loss: Tensor) -> None:
    """Raises GradientError if `loss` depends on a leaf that is no parameter, nor behind what a gradient was asked for.

    Such a leaf would never learn: it is a parameter in a closure or a set, where the tree does not reach, or in a
    module as it was before its update, or another player's, or data. A penalty differentiates by examples, and
    unrolling by copies of the parameters.
    """
    program = ancestors(loss)
    known = {leaf.serial for leaf in leaves.values()}
    strange = [t for t in program if t.op is None and t.serial not in known]
    if not strange:
        return
    behind = {target.serial for t in program if t.op is derivative for target in t.static["wrt"]}
    for t in reversed(program):
        if t.serial in behind:
            behind.update(a.serial for a in t.args if isinstance(a, Tensor))
    shapes = [str(t.shape) for t in strange if t.serial not in behind]
    if shapes:
        named = " and ".join(shapes[:3]) + (f" and {len(shapes) - 3} more" if len(shapes) > 3 else "")
        if not leaves:
            raise GradientError(
                "Optimizer: the module has no parameters: its leaves are raw, or in a closure or a set; "
                f"the loss depends on Tensors of shape {named}"
            )
        raise GradientError(
            f"Optimizer: the loss depends on Tensors of shape {named} that the module does not hold; hold layers in "
            "attributes or items (a closure or a set is not seen), compute the loss with the newest module and "
            "frozen(other), and pass data as raw arrays"
        )


def _blocks(arrays: list[tuple[int, Any]], most: int) -> list[list[tuple[int, slice]]]:
    """Arrays, one after another, in blocks of one dtype and at most `most` numbers: (array, part of it) each.

    arrays: the size and the dtype of each.

    >>> _blocks([(3, "float32"), (6, "float32")], 4)
    [[(0, slice(0, 3, None)), (1, slice(0, 1, None))], [(1, slice(1, 5, None))], [(1, slice(5, 6, None))]]
    """
    blocks: list[list[tuple[int, slice]]] = [[]]
    room = most
    for array, (size, dtype) in enumerate(arrays):
        start = 0
        while start < size:
            if not room or (blocks[-1] and arrays[blocks[-1][-1][0]][1] != dtype):
                blocks.append([])
                room = most
            stop = min(size, start + room)
            blocks[-1].append((array, slice(start, stop)))
            room -= stop - start
            start = stop
    return blocks


def _joined(xp: Any, arrays: list[Any], pieces: list[tuple[int, slice]]) -> Any:
    """A block of the arrays: a view where it lies in one of them."""
    parts = [arrays[i][part] for i, part in pieces]
    return parts[0] if len(parts) == 1 else xp.concatenate(parts)


def _views(flat: Any, shapes: dict[str, tuple[int, ...]]) -> Iterator[tuple[str, Any]]:
    """Each path's part of the flat array."""
    start = 0
    for path, shape in shapes.items():
        stop = start + prod(shape)
        yield path, flat[start:stop].reshape(shape)
        start = stop
