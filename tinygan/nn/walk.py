"""The walk through a tree of objects, and the making of another tree from it: `tree` says what it is used for.

A branch is a list, a tuple, a dictionary, a partial, a bound method, or an object with attributes or slots. An object
in two places is one object: it is visited once, and one other object takes its place in both.
"""

import contextlib
import copy
import functools
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from tinygan.autograd import Tensor
from tinygan.errors import SettingError

PLAIN = {bool, int, float, str, type(None)}  # types of settings, which are no part of the tree
_OUTSIDE = PLAIN | {FunctionType, BuiltinFunctionType, ModuleType, type}  # nor is what has no parts


def children(node: Any) -> list[tuple[str, Any]]:
    """The named parts of a branch: items by index or key, attributes and slots by name; none of what is no branch.

    A partial has its function and its arguments, a bound method the object that it is bound to. A set has no order, and
    so no parts.
    """
    kind: Any = type(node)
    form, slots = _form(kind)
    if form is None:
        return []
    parts = [] if form is object else _items(form, node)
    if slots:
        parts += [(name, getattr(node, name)) for name in slots if hasattr(node, name)]
    if hasattr(node, "__dict__"):
        parts += vars(node).items()
    return parts


def _items(form: Any, node: Any) -> list[tuple[str, Any]]:
    """The parts of a branch that are no attributes."""
    if form is dict:
        return [(str(key), part) for key, part in node.items()]
    if form is MethodType:
        return [("__self__", node.__self__)]
    if form is functools.partial:
        return [("func", node.func), ("args", node.args), ("keywords", node.keywords)]
    names = getattr(node, "_fields", None) or map(str, range(len(node)))  # a namedtuple's, or indices
    return list(zip(names, node, strict=True))


@functools.cache
def _form(kind: Any) -> tuple[Any, tuple[str, ...]]:
    """Which of the branches a class is one of, `object` for those with attributes alone, None for what is no branch;
    and the names of its slots.
    """
    if issubclass(kind, (Tensor, type, FunctionType, ModuleType)):
        return None, ()
    forms = (list, tuple, dict, functools.partial, MethodType)
    slots = []
    for parent in reversed(kind.__mro__):
        names = vars(parent).get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            private = name.startswith("__") and not name.endswith("__")
            slots.append(f"_{parent.__name__.lstrip('_')}{name}" if private else name)
    hidden = ("__dict__", "__weakref__")
    return next((f for f in forms if issubclass(kind, f)), object), tuple(n for n in slots if n not in hidden)


def is_leaf(node: Any) -> bool:
    """Whether `node` is a Tensor or a raw array; a NumPy number is none, but a setting like any other number."""
    if isinstance(node, Tensor):
        return True
    return (
        hasattr(node, "dtype") and isinstance(getattr(node, "shape", None), tuple) and not isinstance(node, np.generic)
    )


def walk(module: Any) -> list[tuple[str, Any]]:
    """The tree and every part of it with its path, in order of definition; an object comes once, however often met."""
    met: dict[int, Any] = {}
    found, waiting = [], [("", module)]
    while waiting:
        path, node = waiting.pop()
        if id(node) not in met:
            met[id(node)] = node  # kept, or another object could get its id
            found.append((path, node))
            if not is_leaf(node):
                for name, part in reversed(children(node)):
                    if type(part) not in _OUTSIDE:
                        waiting.append((f"{path}.{name}" if path else name, part))
    return found


def map_nodes(module: Any, fn: Callable[[str, Any], Any]) -> Any:
    """A new tree with fn(path, node) in place of each node for which that is another object.

    Below a node that was replaced nothing is visited, and settings (numbers, text) and functions never are.
    Raises SettingError for an object with a new part that cannot be made anew, such as a cached function.
    """
    return _mapped(module, "", fn, {}, set())


def _mapped(
    node: Any, path: str, fn: Callable[[str, Any], Any], made: dict[int, tuple[Any, Any]], waiting: set[int]
) -> Any:
    """The object that stands in the place of a node.

    made: what does for those that are done, by id; and each node itself, so that no other object gets its id.
    waiting: the ids of those whose parts are being visited.
    """
    key = id(node)
    if key in waiting and key not in made:  # it holds itself: begin the copy, to be filled when its parts are known
        made[key] = _begun(node), node
    if key in made:
        return made[key][0]
    new = fn(path, node)
    if new is node and not is_leaf(node):
        parts, changed = [], False
        if not isinstance(node, (tuple, functools.partial, MethodType)):  # these are made after their parts
            waiting.add(key)
        for name, part in children(node):
            if type(part) not in _OUTSIDE:
                replaced = _mapped(part, f"{path}.{name}" if path else name, fn, made, waiting)
                changed = changed or replaced is not part
                part = replaced
            parts.append(part)
        if key in made and key not in waiting:  # met again on the way, and made there
            return made[key][0]
        if changed:
            new = _filled(made[key][0] if key in made else _begun(node), node, parts)
    made[key] = new, node
    return new


def _begun(node: Any) -> Any:
    """A branch like `node`, to be filled; None for one that is made from its parts."""
    if isinstance(node, (tuple, functools.partial, MethodType)):
        return None
    try:
        return copy.copy(node) if isinstance(node, (list, dict)) else object.__new__(type(node))
    except TypeError:  # of a class with a memory of its own, which object knows nothing of
        with contextlib.suppress(Exception):
            if (new := copy.copy(node)) is not node:
                return new
    raise SettingError(
        f"a {type(node).__name__} holds a layer or an array and cannot be made anew with other parameters; "
        "hold it in an attribute, a list or a dictionary"
    )


def _filled(new: Any, node: Any, parts: list[Any]) -> Any:
    """`new` with the parts of `node` given anew, in the order of `children`."""
    form, slots = _form(type(node))  # type: ignore[arg-type]
    count = 0 if form is object else len(_items(form, node))
    items, attributes = parts[:count], iter(parts[count:])
    if form is MethodType:
        return MethodType(node.__func__, *items)
    if form is functools.partial:
        func, args, keywords = items
        new = type(node)(func, *args, **keywords)
    elif form is tuple:
        new = tuple.__new__(type(node), items)
    elif form is list:
        new[:] = items
    elif form is dict:
        new.update(zip(node, items, strict=True))
    for name in slots:
        if hasattr(node, name):
            object.__setattr__(new, name, next(attributes))
    if hasattr(node, "__dict__"):
        vars(new).update(zip(vars(node), attributes, strict=True))
    return new
