"""The truncation curve, of generators whose precision and recall are known."""

import numpy as np

from tinygan.metrics.truncation import THRESHOLDS, truncation_curve

EXAMPLES = np.arange(100.0)[:, None]  # on a line; the third neighbour is 2 or 3 away


def spread(threshold):
    """Samples that cover a share of the line, and for thresholds above 1 others far from it."""
    inside = np.linspace(40, 40 + 59 * min(threshold, 1.0), 60)
    outside = np.linspace(1e4, 2e4, 20 if threshold > 1 else 0)  # each 500 from the next
    return np.concatenate([inside, outside])[:, None]


def test_a_point_for_each_threshold():
    curve = truncation_curve(spread, EXAMPLES, thresholds=(0.5, 1.0, 2.0))
    assert [each.threshold for each in curve] == [0.5, 1.0, 2.0]
    assert [each.precision for each in curve] == [1.0, 1.0, 60 / 80]
    half, whole, _ = (each.recall for each in curve)
    assert half == 0.33  # 39 to 71: samples from 40 to 69.5, whose last ones have their third neighbour 1.5 away
    assert whole == 0.63  # 37 to 99


def test_the_last_threshold_is_none():
    assert THRESHOLDS[-1] is None
    assert list(THRESHOLDS[:-1]) == sorted(THRESHOLDS[:-1])
    asked = []

    def sample(threshold):
        asked.append(threshold)
        return EXAMPLES

    curve = truncation_curve(sample, EXAMPLES)
    assert asked == list(THRESHOLDS)
    assert {(each.precision, each.recall) for each in curve} == {(1.0, 1.0)}
