"""A primitive is a function with a gradient rule for each argument. On Tensors it also records its application.

The record is the tape: a graph of Nodes. Each holds a value, the primitive that computed it, and its arguments.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeAlias

from tinygan.backend import namespace
from tinygan.errors import DeviceMismatch, GradientError, ShapeMismatch

Array: TypeAlias = Any  # a NumPy or CuPy array, or a Tensor


class Node:
    """A value on the tape, and the application of a primitive that computed it (none for a leaf).

    A Tensor is a Node with operators. Serials increase, so each argument has a lower serial than its result.
    """

    __slots__ = ("__weakref__", "args", "data", "op", "serial", "static")
    data: Any
    op: Any
    args: tuple
    static: dict[str, Any]
    serial: int


def raw(x: Any) -> Any:
    """The bare array of a Tensor; anything else is returned as it is."""
    return x.data if isinstance(x, Node) else x


def primitive(
    *vjps: Callable | None, each: Callable | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make forward(xp, *args, **static) differentiable; xp is the array module of the arguments.

    vjps[i](g, out, *args, **static) returns the gradient of <g, out> in args[i]. It uses functions that take arrays and
    Tensors, and leaves the sum over broadcast axes to `grad`. If all arguments have the same rule, pass it as
    each(i, g, out, *args, **static). An argument without a rule, or with None, must be raw. A list becomes an array.

    >>> @primitive(lambda g, out, x: 3 * g * x * x)
    ... def cube(xp, x):
    ...     return x**3
    >>> cube(2.0)
    8.0
    """

    def decorate(forward: Callable[..., Any]) -> Callable[..., Any]:
        """The function of arrays and Tensors that computes `forward` and, of Tensors, records itself."""
        rules = _Each(each) if each else vjps
        names = list(inspect.signature(forward).parameters)[1:]
        differentiable = len(rules) if None not in vjps else 0  # leading arguments that surely have a rule

        @functools.wraps(forward)
        def op(*args: Any, **static: Any) -> Any:
            if static:
                args = _in_order(args, static, names, len(vjps), op)
            kind: Any = None  # Tensor, if one of the arguments is traced
            for a in args:
                if isinstance(a, Node):
                    kind = type(a)
                elif isinstance(a, (list, tuple)):
                    args = _without_lists(args, len(rules), op)
            arrays = args if kind is None else [a.data if isinstance(a, Node) else a for a in args]
            if kind and len(args) > differentiable:
                _expect_rules(args, rules, names, op)
            try:
                out = op.forward(namespace(*arrays), *arrays, **static)  # type: ignore[attr-defined]
            except (ValueError, DeviceMismatch) as error:
                raise _named(error, op, arrays) from error
            return out if kind is None else kind(out, op, args, static)

        op.forward, op.vjps = forward, rules  # type: ignore[attr-defined]
        return op

    return decorate


class _Each:
    """A list of rules for a primitive with any number of arguments: rule i is `rule` with i as its first argument."""

    def __init__(self, rule: Callable):
        self.rule = rule

    def __len__(self) -> int:
        return 1 << 31

    def __getitem__(self, i: int) -> Callable:
        return functools.partial(self.rule, i)


def _in_order(args: tuple, static: dict[str, Any], names: list[str], arrays: int, op: Callable) -> tuple:
    """`args` with the arrays that were passed by keyword appended; they are removed from `static`."""
    if not static.keys().isdisjoint(names[:arrays]):
        while len(args) < len(names) and names[len(args)] in static:
            args = (*args, static.pop(names[len(args)]))
    for keyword, value in static.items():
        if isinstance(value, Node):
            raise _no_rule(op, keyword)
    return args


def _expect_rules(args: tuple, rules: Any, names: list[str], op: Callable) -> None:
    """Raises GradientError if a Tensor is passed for an argument without a rule."""
    for i, a in enumerate(args):
        if isinstance(a, Node) and (i >= len(rules) or rules[i] is None):
            raise _no_rule(op, names[i] if i < len(names) else f"argument {i}")


def _no_rule(op: Callable, which: str) -> GradientError:
    return GradientError(f"{op.__name__}: no gradient rule for {which}; pass raw({which})")


def without_lists(args: tuple, count: int) -> tuple:
    """`args` with each list among the first `count` as an array, on the device and in the dtype of the other arrays."""
    arrays = [raw(a) for a in args[:count] if hasattr(a, "dtype")]
    floating = [a.dtype for a in arrays if a.dtype.kind == "f"]
    xp, dtype = namespace(*arrays), floating[0] if floating else None
    made = [xp.asarray(a, dtype=dtype) if isinstance(a, (list, tuple)) else a for a in args[:count]]
    return (*made, *args[count:])


def _without_lists(args: tuple, count: int, op: Callable) -> tuple:
    try:
        return without_lists(args, count)
    except ValueError as error:  # rows of unequal lengths, or words
        raise _named(error, op, map(raw, args)) from error


def _named(error: Exception, op: Callable, arrays: Any) -> Exception:
    """The same error with a message of one line that names the primitive and the shapes of its arguments."""
    if isinstance(error, (DeviceMismatch, ShapeMismatch)):
        return type(error)(f"{op.__name__}: {error}")
    shapes = " and ".join(str(a.shape) for a in arrays if hasattr(a, "shape"))
    return ShapeMismatch(f"{op.__name__}: arguments of shape {shapes} do not fit: {error}")
