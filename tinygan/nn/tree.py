"""A module is a plain object, and a tree of them: Tensors are learned, raw arrays are state, the rest branches.

Every function here gives a new tree and leaves the old one alone; what did not change is shared. An object in two
places is one object: it has one path, the first, and one other object takes its place in both.
"""

import copy
import difflib
import functools
from collections.abc import Callable, Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from tinygan.autograd import Tensor, raw
from tinygan.errors import SettingError, ShapeMismatch

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
    parts: list[tuple[str, Any]] = []
    if form is not object:
        parts += _items(form, node)
    if slots:
        parts += [(name, getattr(node, name)) for name in slots if hasattr(node, name)]
    if hasattr(node, "__dict__"):
        parts += vars(node).items()
    return parts


def _items(form: Any, node: Any) -> list[tuple[str, Any]]:
    """The parts of a branch that are no attributes."""
    if form is list:
        return [(str(i), part) for i, part in enumerate(node)]
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
    """Whether `node` is a Tensor or a raw array."""
    return isinstance(node, Tensor) or (hasattr(node, "dtype") and isinstance(getattr(node, "shape", None), tuple))


def walk(module: Any) -> Iterator[tuple[str, Any]]:
    """The tree and every part of it with its path, in order of definition; an object comes once, however often met."""
    met, waiting = {}, [("", module)]
    while waiting:
        path, node = waiting.pop()
        if id(node) not in met:
            met[id(node)] = node  # kept, or another object could get its id
            yield path, node
            if not is_leaf(node):
                for name, part in reversed(children(node)):
                    if type(part) not in _OUTSIDE:
                        waiting.append((f"{path}.{name}" if path else name, part))


def named_leaves(module: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its path, such as 'layers.0.weight', in order of definition.

    Raises SettingError if two leaves have one path, as those of {"a.b": x, "a": {"b": y}} have.
    """
    paths = set()
    for path, node in walk(module):
        if path and is_leaf(node):
            if path in paths:
                raise SettingError(f"two leaves of the module have the path {path!r}; rename one")
            paths.add(path)
            yield prefix + path, node


def named_generators(module: Any) -> Iterator[tuple[str, np.random.Generator]]:
    """Every generator of random numbers in the tree with its path, such as 'layers.3.rng'."""
    return ((path, node) for path, node in walk(module) if isinstance(node, np.random.Generator))


def map_nodes(module: Any, fn: Callable[[str, Any], Any]) -> Any:
    """A new tree with fn(path, node) in place of each node for which that is another object.

    Below a node that was replaced nothing is visited, and settings (numbers, text) and functions never are.
    """
    return _mapped(module, "", fn, {}, set())


def _mapped(
    node: Any, path: str, fn: Callable[[str, Any], Any], made: dict[int, tuple[Any, Any]], waiting: set[int]
) -> Any:
    """What stands in the place of a node.

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
        changed = {}
        if not isinstance(node, (tuple, functools.partial, MethodType)):  # these are made after their parts
            waiting.add(key)
        for name, part in children(node):
            if type(part) not in _OUTSIDE:
                replaced = _mapped(part, f"{path}.{name}" if path else name, fn, made, waiting)
                if replaced is not part:
                    changed[name] = replaced
        if changed:
            new = _rebuilt(node, changed, made[key][0] if key in made else None)
    made[key] = new, node
    return new


def _begun(node: Any) -> Any:
    """A copy of a branch, without attributes as yet."""
    return copy.copy(node) if isinstance(node, (list, dict)) else object.__new__(type(node))


def _rebuilt(node: Any, changed: dict[str, Any], new: Any = None) -> Any:
    """The branch with some of its parts, by name, replaced.

    new: the copy that was begun, if one was.
    """
    form, slots = _form(type(node))  # type: ignore[arg-type]
    if form is object and not slots:
        new = _begun(node) if new is None else new
        vars(new).update(vars(node), **changed)
        return new
    parts = [changed.get(name, part) for name, part in ([] if form is object else _items(form, node))]
    if form is MethodType:
        return MethodType(node.__func__, *parts)
    if form is functools.partial:
        func, args, keywords = parts
        new = type(node)(func, *args, **keywords)
    elif form is tuple:
        new = node._make(parts) if hasattr(node, "_make") else type(node)(parts)
    elif new is None:
        new = _begun(node)
    if form is list:
        new[:] = parts
    if form is dict:
        new.update(zip(node, parts, strict=True))
    for name in slots:
        if hasattr(node, name):
            object.__setattr__(new, name, changed.get(name, getattr(node, name)))
    if hasattr(node, "__dict__"):
        attributes = vars(node)
        vars(new).update(attributes, **{name: part for name, part in changed.items() if name in attributes})
    return new


def map_leaves(module: Any, fn: Callable[[Any], Any]) -> Any:
    """A new tree with fn(leaf) in place of each leaf."""
    return map_nodes(module, lambda _, node: fn(node) if is_leaf(node) else node)


def parameters(module: Any) -> dict[str, Tensor]:
    """The learned leaves by path."""
    return {path: leaf for path, leaf in named_leaves(module) if isinstance(leaf, Tensor)}


def frozen(module: Any) -> Any:
    """The module with its learned leaves raw: evaluating it records nothing, and no gradient reaches it."""
    shown: dict[int, Any] = {}

    def bare(leaf: Any) -> Any:
        data = raw(leaf)
        return data if shown.setdefault(id(data), leaf) is leaf else data[...]  # two Tensors of one array stay two

    return map_leaves(module, bare)


def traced(module: Any) -> Any:
    """The module with each leaf that is learned a fresh Tensor with no history: the way back from `frozen`.

    Learned is every floating-point leaf but what a layer's class names in `state`, as standing statistics are.
    """
    state = {id(getattr(layer, name)) for _, layer in walk(module) for name in getattr(type(layer), "state", ())}

    def traced_leaf(leaf: Any) -> Any:
        return Tensor(raw(leaf)) if leaf.dtype.kind == "f" and id(leaf) not in state else leaf

    return map_leaves(module, traced_leaf)


def updated(module: Any, leaves: Mapping[str, Any]) -> Any:
    """The module with the leaf at each path of `leaves` replaced; a raw array put in a Tensor's place becomes a Tensor.

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
    for path in waiting:
        paths = [p for p, _ in named_leaves(module)]
        near = difflib.get_close_matches(path, paths, 1)
        raise ShapeMismatch(f"updated: no leaf {path!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return new


def followed(module: Any) -> Any:
    """The module as it is once its parameters have changed: its state has followed them.

    A layer with such state has a method `after_update`, which gives the layer as it then is. A module without one
    comes back itself.
    """
    return map_nodes(module, lambda _, node: node.after_update() if hasattr(type(node), "after_update") else node)
