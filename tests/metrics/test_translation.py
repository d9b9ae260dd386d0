"""Measures of translations against closed forms: the truth, the identity, shifted images, a permutation, points."""

from math import isnan

import numpy as np
import pytest

from tests.metrics.halves import source_of_halves
from tinygan.data import Images, Pairs, Ring, Unpaired, load
from tinygan.data.translations import TRANSLATIONS, palette
from tinygan.errors import DataError
from tinygan.metrics import sharpness, translation
from tinygan.metrics.translation import colours
from tinygan.nn.minibatch import Pair

N = 200
INVERTED, COLOURED = (load(f"{name}-digits").few(1000) for name in ("inverted", "coloured"))


def measured(source, translate, samples=N, **options):
    """The measures by name."""
    found = translation(source, translate, samples, **options)
    assert len({measure.name for measure in found}) == len(found)
    return {measure.name: measure for measure in found}


def test_the_truth_has_no_error_and_every_floor():
    found = measured(INVERTED, lambda x: Pair(x.a, -x.a))
    assert list(found) == ["l1_b", "mean_l1_b", "input_l1_b", "sharpness_b", "classes_b"]
    assert found["l1_b"].value == 0
    for name in ("sharpness_b", "classes_b"):
        assert found[name].value == found[name].floor
    assert found["classes_b"].value > 0.97
    assert {measure.points for measure in found.values()} == {N}


def test_the_input_itself_and_the_mean_image_are_baselines():
    drawn = []

    def identity(x):
        drawn.append(x)
        return Pair(x.a, x.a)

    found = measured(INVERTED, identity)
    [x] = drawn
    np.testing.assert_array_equal(x.b, -x.a)  # pairs stay together
    assert found["l1_b"].value == found["input_l1_b"].value == pytest.approx(2 * np.abs(x.a).mean(), rel=1e-6)
    mean = -INVERTED.images.examples(np.arange(len(INVERTED))).mean(axis=0, dtype=np.float64)
    assert found["mean_l1_b"].value == pytest.approx(np.abs(mean - x.b).mean(), rel=1e-6)
    assert found["classes_b"].value < 0.5  # the classifier has seen no inverted digit


def test_brighter_images_are_as_sharp_and_off_by_that():
    found = measured(INVERTED, lambda x: Pair(x.a, 0.1 - x.a))
    assert found["l1_b"].value == pytest.approx(0.1, rel=1e-6)
    assert found["sharpness_b"].value == pytest.approx(found["sharpness_b"].floor, rel=1e-6)


def test_the_floor_of_sharpness_is_that_of_true_translations():
    """The inputs, here edges, have another one."""
    drawn = []
    found = measured(Pairs("edges", INVERTED.images, TRANSLATIONS["edges"]), lambda x: drawn.append(x) or x)
    [x] = drawn
    assert found["sharpness_b"].floor == sharpness(x.b) != sharpness(x.a)


def test_images_of_other_examples_are_sharp_and_wrong():
    found = measured(INVERTED, lambda x: Pair(x.a, -np.roll(x.a, 1, axis=0)))
    assert found["sharpness_b"].value == pytest.approx(found["sharpness_b"].floor, rel=1e-6)
    assert found["l1_b"].value > 0.2
    assert found["classes_b"].value < 0.2


def test_the_mean_image_is_off_by_its_own_baseline_and_blurred():
    mean = INVERTED.sides.b.examples(np.arange(len(INVERTED))).mean(axis=0)
    found = measured(INVERTED, lambda x: Pair(x.a, np.broadcast_to(mean, x.b.shape)))
    assert found["l1_b"].value == pytest.approx(found["mean_l1_b"].value, rel=1e-5)
    assert found["sharpness_b"].value == pytest.approx(sharpness(mean[np.newaxis]), rel=1e-5)
    assert found["sharpness_b"].value < 0.5 * found["sharpness_b"].floor


def test_a_g_of_both_ways_is_measured_in_both_domains():
    found = measured(INVERTED.unpaired(), lambda x: Pair(-x.b, -x.a), both=True)
    names = ["l1", "mean_l1", "input_l1", "sharpness", "classes"]
    assert list(found) == [f"{name}_{domain}" for domain in "ba" for name in names] + ["cycle_b", "cycle_a"]
    assert [found[name].value for name in ("l1_a", "l1_b", "cycle_a", "cycle_b")] == [0, 0, 0, 0]
    assert isnan(found["cycle_a"].floor)


def test_a_permutation_has_no_cycle_error_and_a_true_one():
    """to_b gives each image the translation of the next one, and to_a goes back."""
    found = measured(
        INVERTED.unpaired(), lambda x: Pair(-np.roll(x.b, 1, axis=0), -np.roll(x.a, -1, axis=0)), both=True
    )
    assert found["cycle_a"].value == found["cycle_b"].value == 0
    assert min(found["l1_a"].value, found["l1_b"].value) > 0.2
    assert max(found["classes_a"].value, found["classes_b"].value) < 0.2


def test_the_cycle_error_is_that_of_its_domain():
    found = measured(INVERTED.unpaired(), lambda x: Pair(0.25 - x.b, -x.a), both=True)  # a is off by 1/4, once
    assert found["cycle_a"].value == pytest.approx(0.25, rel=1e-5)
    assert found["cycle_b"].value == pytest.approx(0.25, rel=1e-5)
    assert (found["l1_a"].value, found["l1_b"].value) == (pytest.approx(0.25, rel=1e-5), 0)


def coloured(x, turn):
    """Grey digits in the colour `turn` classes further, which their own true images tell."""
    own = colours(x.b, palette(10))
    light = (x.a + 1) / 2
    return Pair(x.a, 2 * light * palette(10)[(own + turn) % 10][:, np.newaxis, np.newaxis] - 1)


def test_the_colour_is_that_of_the_class():
    found = measured(COLOURED, lambda x: coloured(x, 0))
    assert found["l1_b"].value < 1e-6
    assert found["colours_b"].value == found["colours_b"].floor == 1
    other = measured(COLOURED, lambda x: coloured(x, 1))
    assert other["colours_b"].value == 0
    assert other["classes_b"].value == found["classes_b"].value > 0.97
    assert "colours_b" not in measured(COLOURED.reversed(), lambda x: x)  # grey digits


def test_colours_by_hand():
    """The mean of bright pixels decides: one in red, one in half red; a dark image has no colour."""
    images = np.full((4, 2, 2, 3), -1.0)
    images[0, 0, 0] = [1, -1, -1]
    images[0, 1] = [-0.5, -0.5, -0.4]  # a blue shade too dark to count
    images[1, 0, 0] = [-1, 0.2, -1]
    images[2] = [-0.9, -0.9, 0.9]
    assert colours(images, palette(3)).tolist() == [0, 1, 2, -1]


def test_edges_are_not_classified():
    found = measured(load("edges-digits").few(100).reversed(), lambda x: x)
    assert list(found) == ["l1_b", "mean_l1_b", "input_l1_b", "sharpness_b"]


def test_without_labels_there_are_no_classes():
    images = Images("grey", np.random.default_rng(0).integers(0, 256, (6, 4, 4, 1), dtype=np.uint8))
    source = Pairs("inverted-grey", Images("grey", images.images, test=lambda: images), TRANSLATIONS["inverted"])
    found = measured(source, lambda x: x)
    assert "classes_b" not in found
    assert found["l1_b"].points == 6  # as many as there are


def test_images_of_other_sizes_have_no_error_of_the_input():
    grey = Images(
        "grey", np.zeros((6, 4, 6, 1), np.uint8), test=lambda: Images("grey", np.zeros((3, 4, 6, 1), np.uint8))
    )
    found = measured(Pairs("rotated-grey", grey, TRANSLATIONS["rotated"]), lambda x: x)
    assert list(found) == ["l1_b", "mean_l1_b", "sharpness_b"]


@pytest.mark.usefixtures("brief")
def test_without_a_truth_classes_are_matched_one_to_one():
    """Turned upside down, each of two classes becomes the other: the best match keeps them all, though no label is."""
    images = source_of_halves(200, 8, 1, test=source_of_halves(80, 8, 2))
    test = Unpaired("test", images.held_out(), images.held_out())
    source = Unpaired("two", images, images, lambda: test)
    found = measured(source, lambda x: Pair(x.b[:, ::-1], x.a[:, ::-1]), both=True)
    names = ["sharpness_b", "matches_b", "sharpness_a", "matches_a", "cycle_b", "cycle_a"]
    assert list(found) == names
    assert found["matches_b"].value > 0.95
    assert found["matches_b"].floor > 0.95
    assert found["cycle_a"].value == 0
    one = measured(source, lambda x: Pair(x.b, np.repeat(x.a[:1], len(x.a), axis=0)), both=True)
    assert 0.3 < one["matches_b"].value < 0.7  # all inputs become one image


RINGS = load("rings")


def centre(points, modes):
    """The number of the nearest mode of a ring."""
    return np.rint(np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi / modes)).astype(int) % modes


def test_points_reach_modes():
    """Five modes go to five of ten, and ten come back in twos."""
    five, ten = Ring(5).centres, Ring(10).centres
    found = measured(RINGS, lambda x: Pair(five[centre(x.b, 10) // 2], ten[2 * centre(x.a, 5)]), 500, both=True)
    assert list(found) == ["modes_b", "high_quality_b", "modes_a", "high_quality_a", "cycle_b", "cycle_a"]
    assert (found["modes_b"].value, found["modes_b"].total, found["modes_b"].floor) == (5, 10, 10)
    assert (found["modes_a"].value, found["modes_a"].total) == (5, 5)
    assert found["high_quality_b"].value == 1
    assert found["cycle_a"].value < 0.1 < found["cycle_b"].value  # half of the ten modes do not come back
    assert found["modes_b"].points == 500


def test_it_is_the_same_for_the_same_seed():
    def values(seed):
        return [measure.value for measure in translation(INVERTED, lambda x: Pair(x.a, x.a), 20, seed=seed)]

    assert values(1) == values(1)
    assert values(1) != values(2)


def test_it_needs_held_out_images():
    source = Pairs("inverted-grey", Images("grey", np.zeros((2, 4, 4, 1), np.uint8)), TRANSLATIONS["inverted"])
    with pytest.raises(DataError, match="inverted-grey needs held-out images of both domains"):
        translation(source, lambda x: x)
    with pytest.raises(DataError, match="needs held-out images"):
        translation(source.unpaired(), lambda x: x, both=True)
