"""The scores in what D gives: one number for each example, pack or patch."""

import functools
import operator
from collections.abc import Iterable
from typing import Any

from tinygan.errors import ShapeMismatch


def scores(given: Any) -> list[Any]:
    """The arrays of scores in what D gave, each with a loss of its own.

    given: scores (m, 1), or (m, H, W, 1) of patches; or a namedtuple with a field `score`, beside which other fields
    are for terms; or a list or tuple of these, as an ensemble gives.
    Raises ShapeMismatch if D gives more than one number for an example: the mean in a loss would mix them.
    """
    if hasattr(given, "score"):
        return scores(given.score)
    if isinstance(given, (list, tuple)):
        return [score for part in given for score in scores(part)]
    if given.ndim > 1 and given.shape[-1] != 1:
        raise ShapeMismatch(f"D is expected to give one number for each example, (m, 1), but gives {given.shape}")
    return [given]


def codes(given: Any) -> list[Any]:
    """The codes beside the scores in what D gave; empty for a D that gives none."""
    if hasattr(given, "score"):
        return [given.code] if hasattr(given, "code") else []
    return [code for part in given for code in codes(part)] if isinstance(given, (list, tuple)) else []


def total(values: Iterable[Any]) -> Any:
    """The sum of the values: of one it is that value itself, of none 0.0."""
    found = list(values)
    return functools.reduce(operator.add, found) if found else 0.0
