"""The scores in D's output: one number for each example, pack or patch."""

import functools
import operator
from collections.abc import Iterable
from typing import Any

from tinygan.autograd import Array
from tinygan.errors import ShapeMismatch


def scores(output: Any) -> list[Array]:
    """The arrays of scores in D's output. Each has its own loss.

    output: scores (m, 1), or (m, H, W, 1) for patches; or a namedtuple with a field `score` (terms use its other
    fields); or a list or namedtuple of these, as from an ensemble.
    Raises ShapeMismatch if D returns several numbers for an example, which the mean in a loss would mix, and for a
    tuple without names.
    """
    if hasattr(output, "score"):
        return scores(output.score)
    if type(output) is tuple or (isinstance(output, list) and not output):
        raise ShapeMismatch(
            "D is expected to give scores, a list of them, or a namedtuple with a field `score` such as nn.Heads, "
            f"but gives {'an empty list' if isinstance(output, list) else 'a tuple without names'}"
        )
    if isinstance(output, (list, tuple)):
        return [score for part in output for score in scores(part)]
    if output.ndim > 1 and output.shape[-1] != 1:
        raise ShapeMismatch(f"D is expected to give one number for each example, (m, 1), but gives {output.shape}")
    return [output]


def codes(output: Any) -> list[Array]:
    """The codes in D's output; [] if it has none."""
    if hasattr(output, "score"):
        return [output.code] if hasattr(output, "code") else []
    return [code for part in output for code in codes(part)] if isinstance(output, (list, tuple)) else []


def total(values: Iterable[Array]) -> Array:
    """The sum of the values; 0.0 if there are none."""
    terms = list(values)
    return functools.reduce(operator.add, terms) if terms else 0.0
