"""The spread of each class of points, by hand and of true points."""

import numpy as np
import pytest

from tinygan.data import Mixture, Overlapping, Ring, load
from tinygan.metrics import class_spread
from tinygan.nn.minibatch import Labelled

LINE = Mixture(means=(0.0, 10.0), stds=(1.0, 2.0), weights=(0.25, 0.75))


def test_by_hand():
    """-1 and 1 for class 0: std 1. 10 and 16 for class 1: std 3, whatever the mean."""
    std, _ = class_spread(LINE, Labelled(np.array([[-1.0], [10.0], [1.0], [16.0]]), np.array([0, 1, 0, 1])))
    assert (std.name, std.value, std.points) == ("class_std", 2.0, 4)
    assert [(each.name, each.value, each.points) for each in std.by_class] == [("mean 0", 1.0, 2), ("mean 10", 3.0, 2)]


def test_in_the_plane_it_is_of_a_coordinate():
    x = np.array([[3.0, 4.0], [-3.0, -4.0]])
    std, _ = class_spread(Ring(), Labelled(x, np.array([0, 0])))
    assert std.value == pytest.approx(np.sqrt((9 + 16) / 2))


def test_floors_are_those_of_true_points():
    source = Overlapping()
    samples = source.sample_labelled(30000, np.random.default_rng(5))
    std, distance = class_spread(source, samples)
    np.testing.assert_allclose([each.value for each in std.by_class], source.stds, rtol=0.03)
    np.testing.assert_allclose([each.floor for each in std.by_class], source.stds, rtol=0.03)
    assert distance.value < 0.08
    assert distance.floor < 0.08
    assert class_spread(source, samples) == [std, distance]
    assert class_spread(source, samples, seed=1) != [std, distance]


def test_samples_of_another_class_and_of_no_variety_are_seen():
    source = Overlapping()
    x, y = source.sample_labelled(3000, np.random.default_rng(5))
    _, distance = class_spread(source, Labelled(x, (y + 1) % 3))
    assert [each.value for each in distance.by_class] == pytest.approx([6, 3, 3], abs=0.4)
    std, distance = class_spread(source, Labelled(source.centres[y], y))
    assert std.value == 0
    expected = np.sqrt(2 / np.pi) * np.array(source.stds)  # E|x - mean| of a Gaussian
    assert [each.value for each in distance.by_class] == pytest.approx(expected, rel=0.1)


def test_a_class_without_samples_is_left_out():
    std, distance = class_spread(LINE, Labelled(np.array([[9.0], [11.0]]), np.array([1, 1])))
    assert [each.name for each in std.by_class] == [each.name for each in distance.by_class] == ["mean 10"]


def test_data_that_are_no_mixture_have_no_spread():
    assert class_spread(load("digits"), Labelled(np.zeros((2, 28, 28, 1), np.uint8), np.array([0, 1]))) == []
