"""GAN-train: a classifier that has seen samples alone, beside one that has seen as many true images."""

import numpy as np
import pytest

from tests.metrics.halves import halves, source_of_halves
from tinygan.data import Images, Ring
from tinygan.errors import DataError, SettingError
from tinygan.metrics import gan_train
from tinygan.nn import Labelled


@pytest.fixture
def source(brief):
    return source_of_halves(300, 12, 0, test=source_of_halves(100, 12, 1))


def test_good_samples_teach_as_well_as_true_images(source):
    measure = gan_train(source, halves(200, 12, 2))
    assert measure[:4] == ("gan_train", 1, 1, 200)
    assert measure.share
    assert gan_train(source.labelled(), halves(200, 12, 2)) == measure


def test_the_very_images_in_the_samples_place_score_the_floor(source):
    chosen = np.random.default_rng([0, 3]).choice(300, 80, replace=False)
    noisy = np.where(np.random.default_rng(0).random(300) < 0.3, 1 - source.labels, source.labels)  # hard to learn
    hard = Images("halves", source.images, noisy, source.classes, test=source.test)
    measure = gan_train(hard, Labelled(hard.images[chosen], noisy[chosen]))
    assert measure.value == measure.floor
    assert measure.points == 80


def test_wrong_labels_teach_what_is_wrong(source):
    x, y = halves(200, 12, 2)
    assert gan_train(source, Labelled(x, 1 - y)).value < 0.05


def test_samples_of_one_kind_teach_little(source):
    """All of the first class: the classifier has never seen the other."""
    x, y = halves(400, 12, 2)
    measure = gan_train(source, Labelled(x[y == 0][:150], y[y == 0][:150]))
    assert measure.value == pytest.approx(0.5, abs=0.2)  # the share of the first class in the test images
    assert measure.floor == 1


def test_no_more_samples_are_used_than_there_are_training_images(source):
    assert gan_train(source, halves(500, 12, 2)).points == 300


def test_what_has_no_classes_or_no_test_images_is_one_line(source):
    with pytest.raises(SettingError, match=r"^GAN-train needs samples of classes, and so a conditional G"):
        gan_train(source, halves(20, 12, 2).x)
    for data in (Ring(), Images("halves", *halves(30, 12, 0))):
        with pytest.raises(DataError, match=r"GAN-train: .* needs training and test images with labels"):
            gan_train(data, halves(20, 12, 2))
