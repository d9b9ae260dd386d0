"""A module is a plain object, and a tree of them: Tensors are learned, raw arrays are state, the rest branches.

Every function here gives a new tree and leaves the old one alone; what did not change is shared. An object in two
places is one object: its path is the first, and one other object takes its place in both. That holds within a tree: of
two modules that share a layer, each has its own from the first update on.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from tinygan.autograd import Tensor, raw
from tinygan.errors import SettingError, ShapeMismatch, did_you_mean
from tinygan.nn.layer import state_of
from tinygan.nn.walk import children, is_leaf, map_nodes, walk


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
