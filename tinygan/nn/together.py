"""One pass through a network for several minibatches, if that gives the same outputs as a pass for each."""

import functools
from types import FunctionType
from typing import Any

import numpy as np

from tinygan.errors import SettingError
from tinygan.functional import elementwise
from tinygan.nn.layer import Module
from tinygan.nn.minibatch import Minibatch, concatenated, part, rows
from tinygan.nn.virtual import VirtualBatchNorm, WithReference
from tinygan.nn.walk import PLAIN, children, is_leaf


def together(module: Module, *minibatches: Minibatch) -> list[Any]:
    """[module(minibatch) for each minibatch], computed in one pass over their concatenation if that is exact.

    minibatches: trees of arrays of one form. One pass over 2m examples is faster than two over m. It gives the same
    numbers, up to rounding, if every layer declares `per_example = True`. A batch norm does not, since its statistics
    depend on the whole minibatch. Functions outside tinygan.functional are not known to be. Then each minibatch has a
    pass of its own.

    >>> import numpy as np
    >>> from tinygan import nn
    >>> D = nn.Sequential(nn.Reshape(4))
    >>> [y.shape for y in together(D, np.zeros((3, 2, 2)), np.zeros((5, 2, 2)))]  # one pass over 8 examples
    [(3, 4), (5, 4)]
    """
    if isinstance(module, (list, tuple)):
        raise SettingError("D is a list of discriminators; nn.Ensemble(*D) is a network of them")
    if len(minibatches) == 1 or not per_example(module) or len(set(map(_form, minibatches))) > 1:
        return [module(minibatch) for minibatch in minibatches]
    outputs = module(concatenated(minibatches))
    parts, stop = [], 0
    for minibatch in minibatches:
        start, stop = stop, stop + rows(minibatch)
        parts.append(part(outputs, start, stop))
    return parts


def _form(minibatch: Minibatch) -> tuple[Any, ...]:
    """The form of a minibatch and the shape of one example, which must agree in minibatches that are concatenated."""
    if isinstance(minibatch, (list, tuple)):
        return type(minibatch), *map(_form, minibatch)
    return minibatch.shape[1:]


def per_example(node: Any, with_reference: bool = False, enclosing: frozenset[int] = frozenset()) -> bool:
    """Whether the output of every layer for an example is known to depend on no other example.

    with_reference: whether a reference minibatch precedes the examples. Otherwise a virtual batch norm would use the
    first examples as its reference.   enclosing: the ids of the layers around this one, which may contain one of them
    again.
    """
    if is_leaf(node) or type(node) in PLAIN:
        return True
    if isinstance(node, functools.partial):
        bound = [*node.args, *node.keywords.values()]
        return per_example(node.func) and all(type(value) in PLAIN for value in bound)  # an array may have m rows
    if isinstance(node, np.random.Generator):
        return True  # whether its numbers may be drawn for all examples at once is for its layer to declare
    if isinstance(node, FunctionType):
        return node.__module__ == elementwise.__name__
    if isinstance(node, VirtualBatchNorm):
        return with_reference
    if isinstance(node, (list, tuple, dict)) or vars(type(node)).get("per_example", False):  # not if inherited
        with_reference, within = with_reference or isinstance(node, WithReference), enclosing | {id(node)}
        return all(id(part) in within or per_example(part, with_reference, within) for _, part in children(node))
    return False
