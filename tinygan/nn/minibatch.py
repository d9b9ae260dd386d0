"""A minibatch is an array with a row for each example, or a namedtuple or list of minibatches.

Gradients, interpolation and noise apply to its floating-point leaves. Labels remain unchanged.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import to_host
from tinygan.errors import ShapeMismatch

Minibatch: TypeAlias = Any  # an array with m rows, or a namedtuple or list of minibatches


class Labelled(NamedTuple):
    """Examples x (m, ...), or noise, with their classes y (m,), raw integers."""

    x: Array
    y: Array


class Pair(NamedTuple):
    """Examples of two domains, paired or unpaired: a (m, ...) and b (m, ...)."""

    a: Array
    b: Array


class Semi(NamedTuple):
    """Examples for semi-supervised training: some with labels, `Labelled(x, y)`, and others without, (m, ...).

    Both have m rows; they need not be of the same examples.
    """

    labelled: Labelled
    unlabelled: Array


class Codes(NamedTuple):
    """The input of an InfoGAN generator: noise (m, n), a category (m,) of integers, and continuous codes (m, c)."""

    noise: Array
    category: Array
    continuous: Array


class Heads(NamedTuple):
    """The output of a discriminator with two heads: a score for each example, and a code that terms of a loss use."""

    score: Array
    code: Array


def leaves(tree: Minibatch) -> list[Array]:
    """The arrays of a minibatch, in order."""
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


def rows(tree: Minibatch) -> int:
    """The number of examples, m. (len of a namedtuple is the number of its fields.)

    >>> import numpy as np
    >>> rows(Labelled(np.zeros((5, 2)), np.zeros(5, int)))
    5
    """
    return len(leaves(tree)[0])


def is_number(leaf: Array) -> bool:
    """Whether a leaf is floating point: labels and categories are not."""
    return leaf.dtype.kind == "f"


def each(f: Callable, tree: Minibatch, *others: Minibatch) -> Minibatch:
    """The tree of f(leaf, *corresponding leaves of the others). Raises ShapeMismatch if their forms differ.

    >>> each(lambda a, b: a + b, Pair(1, 2), Pair(10, 20))
    Pair(a=11, b=22)
    """
    branch = isinstance(tree, (list, tuple))
    for other in others:
        if isinstance(other, (list, tuple)) and not branch:
            raise ShapeMismatch(f"minibatches of one form are expected, got an array and {_form(other)}")
        if branch and (type(other) is not type(tree) or len(other) != len(tree)):
            raise ShapeMismatch(f"minibatches of one form are expected, got {_form(tree)} and {_form(other)}")
    if not branch:
        return f(tree, *others)
    return _like(tree, [each(f, *parts) for parts in zip(tree, *others, strict=True)])


def _like(tree: Any, parts: list[Any]) -> Any:
    """A list, tuple or namedtuple of the class of `tree`, with other parts."""
    return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)


def _form(tree: Any) -> str:
    names = ", ".join(map(_form, tree)) if isinstance(tree, (list, tuple)) else ""
    return f"{type(tree).__name__}({names})" if names else "an array"


def concatenated(minibatches: Sequence[Minibatch]) -> Minibatch:
    """The concatenation of minibatches of one form, at least one."""
    if not minibatches:
        raise ShapeMismatch("concatenated: there are no minibatches")
    return each(lambda *arrays: F.concatenate(arrays), *minibatches)


def part(tree: Minibatch, start: int, stop: int) -> Minibatch:
    """The examples from `start` up to, but not including, `stop`."""
    return each(lambda leaf: leaf[start:stop], tree)


def on_host(leaf: Array) -> Array:
    """An array, or the value of a Tensor, as a NumPy array."""
    return to_host(raw(leaf))


def shapes(tree: Minibatch) -> str:
    """The shapes of the leaves, as text."""
    return ", ".join(str(leaf.shape) for leaf in leaves(tree))
