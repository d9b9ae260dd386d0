"""The error of a classifier on held-out examples, in all and by class, by hand."""

import numpy as np

from tinygan.data import as_source, load
from tinygan.metrics import error_rate
from tinygan.nn import Labelled

LABELS = np.array([0, 0, 0, 1, 1, 2])
HELD_OUT = as_source(Labelled(np.arange(12.0).reshape(6, 2), LABELS))


def always(label):
    return lambda x: np.eye(3)[np.full(len(x), label)]


def test_by_hand():
    [found] = error_rate(always(1), HELD_OUT)
    assert (found.name, found.value, found.points) == ("test_error", 4 / 6, 6)
    assert found.shown(found.value) == "66.7%"
    assert [(each.name, each.value, each.points) for each in found.by_class] == [("0", 1, 3), ("1", 0, 2), ("2", 1, 1)]
    assert np.isnan(found.floor)


def test_the_examples_and_their_logits_stay_in_order(device):
    def own_label(x):
        row = x[:, :1] // 2  # the number of the point
        return -abs(device.asarray(LABELS)[row.astype(int)] - device.asarray(np.arange(3)))

    assert error_rate(own_label, HELD_OUT, device.asarray)[0].value == 0


def test_many_images_are_classified_in_parts():
    digits, sizes = load("digits").held_out(), []

    def classifier(x):
        sizes.append(len(x))
        return np.eye(10)[np.full(len(x), 3)]

    [found] = error_rate(classifier, digits)
    assert max(sizes) == 500
    assert sum(sizes) == found.points == 2000
    assert len(found.by_class) == 10
    assert found.value == np.mean(digits.labels != 3)


def test_without_labels_there_is_no_error():
    assert error_rate(always(1), None) == []
    assert error_rate(always(1), as_source(np.zeros((3, 2)))) == []
