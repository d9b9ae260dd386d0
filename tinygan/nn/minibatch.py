"""A minibatch is a tree of arrays with a row for each example: one array, or a namedtuple or list of such trees.

Its floating-point leaves are what is differentiated, interpolated and disturbed. Labels go along unchanged.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

Minibatch: TypeAlias = Any  # an array with m rows, or a namedtuple or list of minibatches


class Labelled(NamedTuple):
    """Examples, or noise, each with its class: x (m, ...), and y (m,) raw whole numbers."""

    x: Any
    y: Any


class Pair(NamedTuple):
    """Examples of two domains, paired or not: a (m, ...) and b (m, ...)."""

    a: Any
    b: Any


class Codes(NamedTuple):
    """Noise beside the codes that are to be found again in G's samples: (m, n), (m,) whole numbers, (m, c)."""

    noise: Any
    category: Any
    continuous: Any


class Heads(NamedTuple):
    """What a discriminator with two heads gives: a score for each example, and a code that terms of a loss look at."""

    score: Any
    code: Any


def leaves(tree: Any) -> list[Any]:
    """The arrays of a minibatch, in order."""
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


def rows(tree: Any) -> int:
    """The number of examples, m; len() of a namedtuple is the number of its fields.

    >>> import numpy as np
    >>> rows(Labelled(np.zeros((5, 2)), np.zeros(5, int)))
    5
    """
    return len(leaves(tree)[0])


def is_number(leaf: Any) -> bool:
    """Whether a leaf holds floating-point numbers, and no labels."""
    return leaf.dtype.kind == "f"


def each(f: Callable, tree: Any, *others: Any) -> Any:
    """A tree of f(leaf, *leaves of the others in its place); raises ShapeMismatch where their forms differ.

    >>> each(lambda a, b: a + b, Pair(1, 2), Pair(10, 20))
    Pair(a=11, b=22)
    """
    if not isinstance(tree, (list, tuple)):
        return f(tree, *others)
    for other in others:
        if type(other) is not type(tree) or len(other) != len(tree):
            raise ShapeMismatch(f"minibatches of one form are expected, got {_form(tree)} and {_form(other)}")
    return _like(tree, [each(f, *parts) for parts in zip(tree, *others, strict=True)])


def _like(tree: Any, parts: list[Any]) -> Any:
    """A list, tuple or namedtuple such as `tree`, of other parts."""
    return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)


def _form(tree: Any) -> str:
    names = ", ".join(map(_form, tree)) if isinstance(tree, (list, tuple)) else ""
    return f"{type(tree).__name__}({names})" if names else "an array"


def concatenated(minibatches: Sequence[Any]) -> Any:
    """Minibatches of one form, one behind the other."""
    return each(lambda *arrays: F.concatenate(arrays), *minibatches)


def part(tree: Any, start: int, stop: int) -> Any:
    """The examples from `start` to `stop`."""
    return each(lambda leaf: leaf[start:stop], tree)


def on_host(leaf: Any) -> Any:
    """An array, or the value of a Tensor, as a NumPy array."""
    return to_host(raw(leaf))


def shapes(tree: Any) -> str:
    """The shapes of the leaves, as text."""
    return ", ".join(str(leaf.shape) for leaf in leaves(tree))
