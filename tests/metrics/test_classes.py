"""Whether samples are of the class they were made for: by the nearest mode, and by a classifier of images."""

import math

import numpy as np
import pytest

from tests.metrics.halves import halves, source_of_halves
from tinygan.data import Images, Mixture, Moons, Points, Ring
from tinygan.errors import DataError
from tinygan.metrics import class_measures
from tinygan.nn.minibatch import Labelled

RING = Ring()


def test_points_on_their_modes_are_all_of_their_class():
    accuracy, own = class_measures(RING, Labelled(RING.centres.repeat(3, axis=0), np.arange(8).repeat(3)))
    assert (accuracy.name, accuracy.value, accuracy.points) == ("class_accuracy", 1, 24)
    assert (own.name, own.value, own.points) == ("own_mode", 1, 24)
    assert accuracy.floor == 1
    assert 0.9 < own.floor <= 1  # of true points 1.1% lie beyond 3 standard deviations in the plane
    assert [each[:2] for each in accuracy.by_class] == [(name, 1.0) for name in RING.classes]
    assert {each.points for each in own.by_class} == {3}


def test_by_hand():
    x = np.array([[1.0, 0], [0, 1.0], [0.975, 0.0], [0.96, 0.0]])  # 0, 0, 2.5 and 4 standard deviations from a centre
    accuracy, own = class_measures(RING, Labelled(x, np.array([0, 0, 0, 0])))
    assert accuracy.value == 3 / 4  # the second is of 90°
    assert own.value == 2 / 4  # the second is far from 0°, the last beyond 3 standard deviations
    assert [each.name for each in accuracy.by_class] == ["0°"]  # the others have no samples


def test_the_nearest_mode_is_counted_in_deviations():
    mixture = Mixture(means=(0.0, 1.0), stds=(0.1, 1.0), weights=(0.5, 0.5))
    accuracy, own = class_measures(mixture, Labelled(np.array([[0.4]]), np.array([1])))
    assert (accuracy.value, own.value) == (1, 1)


def test_classes_that_are_shuffled_are_seen():
    x, y = RING.sample_labelled(800, np.random.default_rng(0))
    accuracy, own = class_measures(RING, Labelled(x, (y + 1) % 8))
    assert accuracy.value == own.value == 0
    assert accuracy.floor > 0.99


def test_a_mode_that_no_true_example_falls_on_has_no_floor():
    rare = Mixture(means=(0.0, 9.0), stds=(1.0, 1.0), weights=(1.0, 0.0))
    accuracy, _ = class_measures(rare, Labelled(np.array([[9.0], [0.0]]), np.array([1, 0])))
    assert [each.value for each in accuracy.by_class] == [1, 1]
    assert math.isnan(accuracy.by_class[1].floor)
    assert accuracy.floor > 0.99


@pytest.mark.parametrize("source", [Moons(), Points("mine", np.zeros((2, 2), np.float32), np.array([0, 1]))])
def test_points_without_modes_have_no_such_measure(source):
    assert class_measures(source, Labelled(np.zeros((2, 2)), np.array([0, 1]))) == []


@pytest.mark.parametrize(("side", "channels"), [(4, 1), (12, 3), (13, 1)])
def test_images_are_judged_by_a_classifier_and_the_floor_is_that_of_the_test_images(side, channels, brief):
    source = source_of_halves(300, side, 0, channels, test=source_of_halves(60, side, 1, channels))
    samples, labels = halves(40, side, 2, channels)
    labels[0] = 1 - labels[0]  # one that was made wrong
    [measure] = class_measures(source, Labelled(samples, labels))
    assert (measure.name, measure.value, measure.floor, measure.points) == ("class_accuracy", 39 / 40, 1, 40)
    assert {each.name for each in measure.by_class} == {"upper", "lower"}
    assert sum(each.points for each in measure.by_class) == 40
    assert min(each.value for each in measure.by_class) < 1
    assert measure == class_measures(source, Labelled(samples, labels))[0]  # to the last bit


def test_images_without_labelled_test_images_are_refused():
    x, y = halves(6, 12, 0)
    for test in (None, lambda: Images("halves", x)):
        with pytest.raises(DataError, match="test images with labels"):
            class_measures(Images("halves", x, y, test=test), Labelled(x, y))
