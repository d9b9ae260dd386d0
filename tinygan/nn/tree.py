"""A module is a plain object, and a tree of them: Tensors are learned, raw arrays are state, the rest branches.

Every function here gives a new tree and leaves the old one alone; what did not change is shared. An object in two
places is one object: its path is the first, and one other object takes its place in both. That holds within a tree: of
two modules that share a layer, each has its own from the first update on.
"""

import contextlib
import copy
import functools
from collections.abc import Callable, Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from tinygan.autograd import Tensor, raw
from tinygan.errors import SettingError, ShapeMismatch, did_you_mean
from tinygan.nn.layer import state_of

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


def named_leaves(module: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its path, such as 'layers.0.weight', in order of definition.

    Raises SettingError if two leaves have one path, as those of {"a.b": x, "a": {"b": y}} have.
    """
    return iter(_by_path([(prefix + path, node) for path, node in walk(module) if path and is_leaf(node)]).items())


def _by_path(leaves: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(leaves)
    if len(found) < len(leaves):
        path = next(path for path, leaf in leaves if found[path] is not leaf)
        raise SettingError(f"two leaves of the module have the path {path!r}; rename one")
    return found


def named_generators(module: Any) -> Iterator[tuple[str, np.random.Generator]]:
    """Every generator of random numbers in the tree with its path, such as 'layers.3.rng'."""
    return ((path, node) for path, node in walk(module) if isinstance(node, np.random.Generator))


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


def map_leaves(module: Any, fn: Callable[[Any], Any]) -> Any:
    """A new tree with fn(leaf) in place of each leaf."""
    return map_nodes(module, lambda _, node: fn(node) if is_leaf(node) else node)


def moved(module: Any, asarray: Callable[[Any], Any]) -> Any:
    """The module, or the minibatch, on the device that `asarray` moves arrays to; what was learned still is."""

    def leaf_moved(leaf: Any) -> Any:
        array = asarray(raw(leaf))
        return Tensor(array) if isinstance(leaf, Tensor) else array

    return map_leaves(module, leaf_moved)


def parameters(module: Any) -> dict[str, Tensor]:
    """The learned leaves by path."""
    return _by_path([(path, node) for path, node in walk(module) if type(node) is Tensor and path])


def frozen(module: Any) -> Any:
    """The module with its learned leaves raw: evaluating it records nothing, and no gradient reaches it."""
    shown: dict[int, Any] = {}

    def bare(leaf: Any) -> Any:
        data = raw(leaf)
        return data if shown.setdefault(id(data), leaf) is leaf else data[...]  # two Tensors of one array stay two

    return map_leaves(module, bare)


def traced(module: Any) -> Any:
    """The module with each leaf that is learned a fresh Tensor with no history: the way back from `frozen`.

    Learned is every floating-point leaf but what a layer's class annotates as State, as standing statistics are.
    """
    state = {id(getattr(layer, name)) for _, layer in walk(module) for name in state_of(type(layer))}  # type: ignore[arg-type]

    def traced_leaf(leaf: Any) -> Any:
        return Tensor(raw(leaf)) if leaf.dtype.kind == "f" and id(leaf) not in state else leaf

    return map_leaves(module, traced_leaf)


def updated(module: Any, leaves: Mapping[str, Any]) -> Any:
    """The module with the leaf at each path of `leaves` replaced; a raw array put in a Tensor's place becomes a Tensor.

    A leaf that is in several places may be named by any of their paths, and is replaced in all.
    Raises ShapeMismatch if a path does not exist or a shape differs.
    """
    waiting = dict(leaves)

    def replaced(path: str, node: Any) -> Any:
        if path not in waiting or not is_leaf(node):
            return node
        leaf = waiting.pop(path)
        if leaf.shape != node.shape:
            raise ShapeMismatch(f"updated: {path} has shape {node.shape}, but {leaf.shape} was given")
        return Tensor(leaf) if isinstance(node, Tensor) and not isinstance(leaf, Tensor) else leaf

    new = map_nodes(module, replaced)
    return updated(new, _by_first_path(new, waiting)) if waiting else new


def _by_first_path(module: Any, leaves: Mapping[str, Any]) -> dict[str, Any]:
    """`leaves` by the first path of each; raises ShapeMismatch for a path that leads to no leaf."""
    first = {id(leaf): path for path, leaf in named_leaves(module)}
    found = {}
    for path, leaf in leaves.items():
        place = first.get(id(_at(module, path)))
        if place is None:
            raise ShapeMismatch(f"updated: no leaf {path!r}. {did_you_mean(path, first.values())}")
        found[place] = leaf
    return found


def _at(node: Any, path: str) -> Any:
    """The part of a branch at a path, which need not be its first; None if there is none."""
    for name, part in children(node):
        if path == name:
            return part
        if path.startswith(f"{name}.") and (found := _at(part, path[len(name) + 1 :])) is not None:
            return found
    return None


def refreshed(module: Any) -> Any:
    """The module with its derived state, such as singular vectors, recomputed from its new parameters.

    Each layer's own method `refreshed` does it. A module without such state comes back itself.
    """
    return map_nodes(module, lambda _, node: node.refreshed() if hasattr(type(node), "refreshed") else node)
