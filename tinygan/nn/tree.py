"""A module is a plain object, and a tree of them: Tensors are learned, raw arrays are state, the rest branches.

Every function here gives a new tree and leaves the old one alone; what did not change is shared.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from tinygan.autograd import Tensor, raw
from tinygan.errors import ShapeMismatch

PLAIN = {bool, int, float, str, type(None)}  # types of settings, which are no part of the tree


def children(node: Any) -> list[tuple[str, Any]]:
    """The named parts of a branch: list items by index, attributes by name; nothing for what is no branch."""
    if hasattr(node, "_fields"):  # a namedtuple
        return list(zip(node._fields, node, strict=True))
    if isinstance(node, (list, tuple)):
        return [(str(i), part) for i, part in enumerate(node)]
    if isinstance(node, dict):
        return list(node.items())
    if isinstance(node, (Tensor, type, FunctionType, ModuleType)) or not hasattr(node, "__dict__"):
        return []
    return list(vars(node).items())


def is_leaf(node: Any) -> bool:
    """Whether `node` is a Tensor or a raw array."""
    return isinstance(node, Tensor) or (hasattr(node, "dtype") and isinstance(getattr(node, "shape", None), tuple))


def named_leaves(module: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its path, such as 'layers.0.weight', in order of definition."""
    for name, part in children(module):
        if is_leaf(part):
            yield prefix + name, part
        else:
            yield from named_leaves(part, f"{prefix}{name}.")


def named_generators(module: Any, prefix: str = "") -> Iterator[tuple[str, np.random.Generator]]:
    """Every generator of random numbers in the tree with its path, such as 'layers.3.rng'."""
    for name, part in children(module):
        if isinstance(part, np.random.Generator):
            yield prefix + name, part
        else:
            yield from named_generators(part, f"{prefix}{name}.")


def map_nodes(module: Any, fn: Callable[[str, Any], Any], path: str = "") -> Any:
    """A new tree with fn(path, node) in place of each node for which that is another object.

    Below a node that was replaced nothing is visited, and settings (numbers, text) never are.
    """
    replaced = fn(path, module)
    if replaced is not module or is_leaf(module):
        return replaced
    parts = children(module)
    changed = {}
    for name, part in parts:
        if type(part) in PLAIN:
            continue
        mapped = map_nodes(part, fn, f"{path}.{name}" if path else name)
        if mapped is not part:
            changed[name] = mapped
    if not changed:
        return module
    if isinstance(module, (list, tuple)):
        rebuilt = [changed.get(name, part) for name, part in parts]
        return module._make(rebuilt) if hasattr(module, "_make") else type(module)(rebuilt)
    if isinstance(module, dict):
        return {**module, **changed}
    new = object.__new__(type(module))
    vars(new).update(vars(module), **changed)
    return new


def map_leaves(module: Any, fn: Callable[[Any], Any]) -> Any:
    """A new tree with fn(leaf) in place of each leaf."""
    return map_nodes(module, lambda _, node: fn(node) if is_leaf(node) else node)


def parameters(module: Any) -> dict[str, Tensor]:
    """The learned leaves by path."""
    return {path: leaf for path, leaf in named_leaves(module) if isinstance(leaf, Tensor)}


def frozen(module: Any) -> Any:
    """The module with its learned leaves raw: evaluating it records nothing, and no gradient reaches it."""
    return map_leaves(module, raw)


def traced(module: Any) -> Any:
    """The module with each leaf that is learned a fresh Tensor with no history: the way back from `frozen`.

    Learned is every floating-point leaf but what a layer's class names in `state`, as standing statistics are.
    """
    kept = set(_state(module))

    def traced_leaf(path: str, node: Any) -> Any:
        return Tensor(raw(node)) if is_leaf(node) and node.dtype.kind == "f" and path not in kept else node

    return map_nodes(module, traced_leaf)


def _state(module: Any, prefix: str = "") -> Iterator[str]:
    """The path of every array that its layer's class names in `state`."""
    for name, part in children(module):
        if not is_leaf(part):
            yield from _state(part, f"{prefix}{name}.")
        elif name in getattr(type(module), "state", ()):
            yield prefix + name


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
