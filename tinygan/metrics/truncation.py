"""The truncation curve: what truncated noise does to precision and recall; Brock et al. 2019, section 3.1."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tinygan.metrics.precision_recall import precision_recall

THRESHOLDS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, None)


class Truncated(NamedTuple):
    """threshold: of each coordinate of z; None if it is not truncated.   precision, recall: of the samples."""

    threshold: float | None
    precision: float
    recall: float


def truncation_curve(
    sample: Callable[[float | None], Any], examples: Any, thresholds: Sequence[float | None] = THRESHOLDS, k: int = 3
) -> list[Truncated]:
    """Precision and recall at each threshold.

    sample: a function from a threshold to the features (n, d) of samples.   examples: the features (n', d) of true
    examples.   k: as in `precision_recall`.
    """
    return [Truncated(each, *precision_recall(sample(each), examples, k)) for each in thresholds]
