"""One pass through a network for several minibatches, where that is exact."""

import functools
from types import FunctionType
from typing import Any

from tinygan.errors import SettingError
from tinygan.functional import elementwise
from tinygan.nn.minibatch import concatenated, part, rows
from tinygan.nn.tree import PLAIN, children, is_leaf
from tinygan.nn.virtual import VirtualBatchNorm, WithReference


def together(module: Any, *minibatches: Any) -> list[Any]:
    """[module(minibatch) for each minibatch], by one pass through all of them joined where that is exact.

    minibatches: trees of arrays of one form. One pass over 2m examples is faster than two over m, and gives the same
    numbers up to rounding. It is exact if no layer looks across examples, which the class of a layer says by
    `per_example = True`. A batch norm looks, and of a function that is none of ours it is not known: then each
    minibatch passes by itself.
    """
    if isinstance(module, (list, tuple)):
        raise SettingError("D is a list of discriminators; nn.Ensemble(*D) is a network of them")
    if len(minibatches) == 1 or not per_example(module) or len(set(map(_widths, minibatches))) > 1:
        return [module(minibatch) for minibatch in minibatches]
    joined = module(concatenated(minibatches))
    parts, stop = [], 0
    for minibatch in minibatches:
        start, stop = stop, stop + rows(minibatch)
        parts.append(part(joined, start, stop))
    return parts


def _widths(minibatch: Any) -> tuple[Any, ...]:
    """What two minibatches must have in common to be joined: the form of the tree, and the shapes of one example."""
    if isinstance(minibatch, (list, tuple)):
        return type(minibatch), *map(_widths, minibatch)
    return minibatch.shape[1:]


def per_example(node: Any, referenced: bool = False, around: frozenset[int] = frozenset()) -> bool:
    """Whether every layer in the tree treats each example on its own, as far as can be seen.

    referenced: whether a reference minibatch comes before the examples; without one, a virtual batch norm takes the
    first of them for it.   around: the ids of the layers that hold this one, which one of them may hold again.
    """
    if is_leaf(node) or type(node) in PLAIN:
        return True
    if isinstance(node, functools.partial):
        bound = [*node.args, *node.keywords.values()]
        return per_example(node.func) and all(type(value) in PLAIN for value in bound)  # an array may hold m rows
    if isinstance(node, FunctionType):
        return node.__module__ == elementwise.__name__
    if isinstance(node, VirtualBatchNorm):
        return referenced
    if isinstance(node, (list, tuple, dict)) or vars(type(node)).get("per_example", False):  # not if inherited
        referenced, within = referenced or isinstance(node, WithReference), around | {id(node)}
        return all(id(part) in within or per_example(part, referenced, within) for _, part in children(node))
    return False
