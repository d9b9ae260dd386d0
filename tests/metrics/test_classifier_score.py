"""The classifier score: by hand, its bounds, and large scores."""

import numpy as np
import pytest

from tinygan.errors import ShapeMismatch
from tinygan.metrics import classifier_score


def test_by_hand():
    """p(y|x) = (3/4, 1/4) and (1/4, 3/4), p(y) = (1/2, 1/2): KL = 3/4 ln 3/2 + 1/4 ln 1/2 of each."""
    logits = np.log([[3.0, 1.0], [1.0, 3.0]])
    assert classifier_score(logits) == pytest.approx(np.exp(0.75 * np.log(1.5) + 0.25 * np.log(0.5)), rel=1e-12)
    assert classifier_score(logits + np.array([[50.0], [-7.0]])) == pytest.approx(classifier_score(logits), rel=1e-12)


def test_it_is_1_if_all_samples_are_alike_and_k_if_classes_are_certain_and_equal():
    assert classifier_score(np.tile([4.0, 1.0, 0.0], (9, 1))) == pytest.approx(1, rel=1e-12)
    assert classifier_score(1e4 * np.eye(7)) == pytest.approx(7, rel=1e-12)
    assert classifier_score(1e4 * np.eye(7)[[0, 0, 0, 1]]) == pytest.approx(
        np.exp(0.75 * np.log(4 / 3) + 0.25 * np.log(4)), rel=1e-12
    )


def test_all_samples_are_taken_together():
    """Split into tenths in their order, samples sorted by class would score 1."""
    logits = 1e3 * np.eye(10)[np.repeat(np.arange(10), 10)]
    assert classifier_score(logits) == pytest.approx(10, rel=1e-12)


def test_what_is_no_table_of_scores_is_refused():
    for shape in ((3,), (0, 4), (2, 3, 4)):
        with pytest.raises(ShapeMismatch, match=r"expected logits \(n, K\)"):
            classifier_score(np.zeros(shape))
