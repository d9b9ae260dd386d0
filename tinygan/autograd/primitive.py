"""A primitive is a function whose gradient rules are known: on bare arrays it computes, on Tensors it also records.

The record is the tape: a graph of Nodes, each with its value, the primitive that gave it, and that one's arguments.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeAlias

from tinygan.backend import namespace
from tinygan.errors import DeviceMismatch, GradientError, ShapeMismatch

Array: TypeAlias = Any  # a NumPy or CuPy array, or a Tensor: functions take and give all of them


class Node:
    """A value on the tape, and the application of a primitive that gave it (none for a leaf).

    A Tensor is a Node with operators. Serials count up, so arguments are always older than results.
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

    vjps[i](g, out, *args, **static) is the gradient of <g, out> with respect to args[i], written polymorphically, and
    before broadcasting is undone. For any number of like arguments, each(i, g, out, *args, **static) serves them all.
    An argument without a rule, or with None, is passed raw. A list of numbers in an array's place becomes an array.

    >>> @primitive(lambda g, out, x: 3 * g * x * x)
    ... def cube(xp, x):
    ...     return x**3
    >>> cube(2.0)
    8.0
    """

    def decorate(forward: Callable[..., Any]) -> Callable[..., Any]:
        rules = _Each(each) if each else vjps
        names = list(inspect.signature(forward).parameters)[1:]
        differentiable = len(rules) if None not in vjps else 0  # so many leading arguments have a rule, for certain

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
    """The rules of a primitive that takes any number of like arguments."""

    def __init__(self, rule: Callable):
        self.rule = rule

    def __len__(self) -> int:
        return 1 << 31

    def __getitem__(self, i: int) -> Callable:
        return functools.partial(self.rule, i)


def _in_order(args: tuple, static: dict[str, Any], names: list[str], arrays: int, op: Callable) -> tuple:
    """The positional arguments, with arrays that were passed by keyword moved there out of `static`."""
    if not static.keys().isdisjoint(names[:arrays]):
        while len(args) < len(names) and names[len(args)] in static:
            args = (*args, static.pop(names[len(args)]))
    for keyword, value in static.items():
        if isinstance(value, Node):
            raise _no_rule(op, keyword)
    return args


def _expect_rules(args: tuple, rules: Any, names: list[str], op: Callable) -> None:
    """Raises GradientError if a Tensor stands where no rule is."""
    for i, a in enumerate(args):
        if isinstance(a, Node) and (i >= len(rules) or rules[i] is None):
            raise _no_rule(op, names[i] if i < len(names) else f"argument {i}")


def _no_rule(op: Callable, which: str) -> GradientError:
    return GradientError(f"{op.__name__}: no gradient rule for {which}; pass raw({which})")


def without_lists(args: tuple, count: int) -> tuple:
    """`args` with each list among the first `count`, which are arrays, made one where the others are."""
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
    """The same error as one line that names the primitive and the shapes it was given."""
    if isinstance(error, (DeviceMismatch, ShapeMismatch)):
        return type(error)(f"{op.__name__}: {error}")
    shapes = " and ".join(str(a.shape) for a in arrays if hasattr(a, "shape"))
    return ShapeMismatch(f"{op.__name__}: arguments of shape {shapes} do not fit: {error}")
