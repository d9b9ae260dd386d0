"""The scores of D on minibatches, in the form that the losses need: one number for each example."""

from typing import Any

from tinygan.errors import ShapeMismatch
from tinygan.nn import together


def scores(D: Any, *minibatches: Any) -> list[Any]:
    """D of each minibatch, by one pass where that is exact: a logit, score or energy for each example, pack or patch.

    Raises ShapeMismatch if D gives more than one number: the mean in a loss would mix them.
    """
    found = together(D, *minibatches)
    for score in found:
        if score.ndim > 1 and score.shape[-1] != 1:
            raise ShapeMismatch(f"D is expected to give one number for each example, (m, 1), but gives {score.shape}")
    return found


def score(D: Any, x: Any) -> Any:
    """`scores` of one minibatch."""
    return scores(D, x)[0]
