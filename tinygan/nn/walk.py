"""Traversal of a tree of objects, and its reconstruction with some nodes replaced; tree.py uses both.

A branch is a list, a tuple, a dictionary, a partial, a bound method, or an object with attributes or slots. An object
in two places is visited once and is replaced by one new object in both.
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
from tinygan.nn.layer import Module

PLAIN = {bool, int, float, str, type(None)}  # types of settings, which are not nodes of the tree
_OUTSIDE = PLAIN | {FunctionType, BuiltinFunctionType, ModuleType, type}  # types that are not nodes: they have no parts


def children(node: Any) -> list[tuple[str, Any]]:
    """The parts of a branch by name: items by index or key, attributes and slots by name; [] if it is not a branch.

    The parts of a partial are its function and arguments, that of a bound method is its object. A set has no parts,
    because it has no order.
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
    """The parts of a branch that are not attributes or slots."""
    if form is dict:
        return [(str(key), part) for key, part in node.items()]
    if form is MethodType:
        return [("__self__", node.__self__)]
    if form is functools.partial:
        return [("func", node.func), ("args", node.args), ("keywords", node.keywords)]
    names = getattr(node, "_fields", None) or map(str, range(len(node)))  # the fields of a namedtuple, or indices
    return list(zip(names, node, strict=True))


@functools.cache
def _form(kind: Any) -> tuple[Any, tuple[str, ...]]:
    """(form, slots) of a class: list, tuple, dict, partial or MethodType, `object` for another class with attributes,
    None for a class that is not a branch; and the names of its slots.
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
    """Whether `node` is a Tensor or a raw array. A NumPy scalar is not: it is a setting, as other numbers are."""
    if isinstance(node, Tensor):
        return True
    return (
        hasattr(node, "dtype") and isinstance(getattr(node, "shape", None), tuple) and not isinstance(node, np.generic)
    )


def walk(module: Module) -> list[tuple[str, Any]]:
    """Every node of the tree with its path, in order of definition, the root first; each object once."""
    seen: dict[int, Any] = {}
    nodes, waiting = [], [("", module)]
    while waiting:
        path, node = waiting.pop()
        if id(node) not in seen:
            seen[id(node)] = node  # a reference, so that no new object gets the same id
            nodes.append((path, node))
            if not is_leaf(node):
                for name, part in reversed(children(node)):
                    if type(part) not in _OUTSIDE:
                        waiting.append((f"{path}.{name}" if path else name, part))
    return nodes


def map_nodes(module: Module, fn: Callable[[str, Any], Any]) -> Any:
    """A new tree in which each node is replaced by fn(path, node) if that is another object.

    Parts of a replaced node are not visited; neither are settings (numbers, strings) and functions.
    Raises SettingError if an object has a replaced part but cannot be copied, such as a cached function.
    """
    return _mapped(module, "", fn, {}, set())


def _mapped(
    node: Any, path: str, fn: Callable[[str, Any], Any], made: dict[int, tuple[Any, Any]], waiting: set[int]
) -> Any:
    """The replacement of a node.

    made: by the id of each finished node, its replacement; and the node itself, so that its id is not used again.
    waiting: the ids of nodes whose parts are being visited.
    """
    key = id(node)
    if key in waiting and key not in made:  # it contains itself: make a copy now, fill it later
        made[key] = _empty_copy(node), node
    if key in made:
        return made[key][0]
    new = fn(path, node)
    if new is node and not is_leaf(node):
        parts, changed = [], False
        if not isinstance(node, (tuple, functools.partial, MethodType)):  # immutable: made after their parts
            waiting.add(key)
        for name, part in children(node):
            if type(part) not in _OUTSIDE:
                replaced = _mapped(part, f"{path}.{name}" if path else name, fn, made, waiting)
                changed = changed or replaced is not part
                part = replaced
            parts.append(part)
        if key in made and key not in waiting:  # it contains itself and was made meanwhile
            return made[key][0]
        if changed:
            new = _filled(made[key][0] if key in made else _empty_copy(node), node, parts)
    made[key] = new, node
    return new


def _empty_copy(node: Any) -> Any:
    """A new branch of the class of `node`, to be filled; None for an immutable one."""
    if isinstance(node, (tuple, functools.partial, MethodType)):
        return None
    try:
        return copy.copy(node) if isinstance(node, (list, dict)) else object.__new__(type(node))
    except TypeError:  # a class implemented in C, with its own memory layout
        with contextlib.suppress(Exception):
            if (new := copy.copy(node)) is not node:
                return new
    raise SettingError(
        f"a {type(node).__name__} holds a layer or an array and cannot be copied with other parameters; "
        "hold it in an attribute, a list or a dictionary"
    )


def _filled(new: Any, node: Any, parts: list[Any]) -> Any:
    """`new` with these parts of `node`, in the order of `children`."""
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
