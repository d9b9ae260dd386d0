"""A module is a tree of objects. Its leaves are arrays: Tensors are learned, raw arrays are state.

    G = Sequential(Dense, relu, Dense)      the paths of its leaves
      layers                                layers.0.weight    (2, 8)
        0: Dense   weight, bias             layers.0.bias      (8,)
        1: relu                             layers.2.weight    (8, 1)
        2: Dense   weight, bias             layers.2.bias      (1,)

Every function here returns a new tree, which shares unchanged parts with the old one. An object that is in a tree twice
has one path, the first. It is replaced by one new object in both places, so shared weights stay shared. Two modules
that share a layer do not share it after an update of one of them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from tinygan.autograd import Tensor, raw
from tinygan.errors import SettingError, ShapeMismatch, did_you_mean
from tinygan.nn.layer import Module
from tinygan.nn.state import state_of
from tinygan.nn.walk import children, is_leaf, map_nodes, walk


def named_leaves(module: Module, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The path and the array of every leaf, in order of definition.

    Raises SettingError if two leaves have the same path, as in {"a.b": x, "a": {"b": y}}.
    """
    return iter(_by_path([(prefix + path, node) for path, node in walk(module) if path and is_leaf(node)]).items())


def _by_path(leaves: list[tuple[str, Any]]) -> dict[str, Any]:
    by_path = dict(leaves)
    if len(by_path) < len(leaves):
        path = next(path for path, leaf in leaves if by_path[path] is not leaf)
        raise SettingError(f"two leaves of the module have the path {path!r}; rename one")
    return by_path


def named_generators(module: Module) -> Iterator[tuple[str, np.random.Generator]]:
    """The path of every random number generator in the tree, such as 'layers.3.rng', and the generator."""
    return ((path, node) for path, node in walk(module) if isinstance(node, np.random.Generator))


def map_leaves(module: Module, fn: Callable[[Any], Any]) -> Module:
    """A new tree in which each leaf is replaced by fn(leaf)."""
    return map_nodes(module, lambda _, node: fn(node) if is_leaf(node) else node)


def moved(module: Module, asarray: Callable[[Any], Any]) -> Module:
    """The module, or the minibatch, with all arrays moved by `asarray`. Tensors remain Tensors."""

    def leaf_moved(leaf: Any) -> Any:
        array = asarray(raw(leaf))
        return Tensor(array) if isinstance(leaf, Tensor) else array

    return map_leaves(module, leaf_moved)


def parameters(module: Module) -> dict[str, Tensor]:
    """The learned leaves (Tensors) by path."""
    return _by_path([(path, node) for path, node in walk(module) if type(node) is Tensor and path])


def frozen(module: Module) -> Module:
    """The module with raw arrays in place of Tensors: nothing is recorded, and it has no gradient."""
    seen: dict[int, Any] = {}

    def bare(leaf: Any) -> Any:
        data = raw(leaf)
        return data if seen.setdefault(id(data), leaf) is leaf else data[...]  # two Tensors of one array stay two

    return map_leaves(module, bare)


def traced(module: Module) -> Module:
    """The inverse of `frozen`: the module with a new Tensor, without history, for each learned leaf.

    Every floating-point leaf is learned, unless the layer's class annotates it as State.
    """
    states = [
        getattr(layer, name, None)
        for _, layer in walk(module)
        for name in state_of(type(layer))  # type: ignore[arg-type]
    ]
    state = {id(leaf) for each in states for _, leaf in walk(each)}  # of a list of arrays, each array

    def traced_leaf(leaf: Any) -> Any:
        return Tensor(raw(leaf)) if leaf.dtype.kind == "f" and id(leaf) not in state else leaf

    return map_leaves(module, traced_leaf)


def updated(module: Module, leaves: Mapping[str, Any]) -> Module:
    """The module with new leaves at the paths of `leaves`. A raw array that replaces a Tensor becomes a Tensor.

    A leaf in several places may be named by the path of any of them, and is replaced in all.
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


def _by_first_path(module: Module, leaves: Mapping[str, Any]) -> dict[str, Any]:
    """`leaves` with each path replaced by the leaf's first path. Raises ShapeMismatch for a path without a leaf."""
    first = {id(leaf): path for path, leaf in named_leaves(module)}
    renamed = {}
    for path, leaf in leaves.items():
        name = first.get(id(_at(module, path)))
        if name is None:
            raise ShapeMismatch(f"updated: no leaf {path!r}. {did_you_mean(path, first.values())}")
        renamed[name] = leaf
    return renamed


def _at(node: Any, path: str) -> Any:
    """The object at a path, which need not be its first path; None if there is none."""
    for name, part in children(node):
        if path == name:
            return part
        if path.startswith(f"{name}.") and (below := _at(part, path[len(name) + 1 :])) is not None:
            return below
    return None


def refreshed(module: Module) -> Module:
    """Returns the module with its derived state (spectral norm's singular vectors, for example) recomputed.

    It calls the method `refreshed` of each layer. A module without derived state is returned itself.
    """
    return map_nodes(module, lambda _, node: node.refreshed() if hasattr(type(node), "refreshed") else node)
