"""The measures that apply to a set of samples, each beside its floor."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tinygan.data import Gaussian, Grid, Images, Mixture, Moons, Points, Ring, SwissRoll, as_uint8, load
from tinygan.errors import DataError, RunError, ShapeMismatch
from tinygan.metrics import Classifier, Measure, evaluate, histogram_js
from tinygan.nn import Labelled

DENSITIES = [Gaussian(), Mixture(), Ring(), Grid(), Moons(), SwissRoll()]
WITH_CENTRES = ("modes", "high_quality", "reverse_kl", "js", "wasserstein1")  # and sliced_wasserstein, in the plane


def named(found):
    return {measure.name: measure for measure in found}


def drawn(source, n=300, seed=5):
    return source.sample(n, np.random.default_rng(seed))


@pytest.mark.parametrize("source", DENSITIES, ids=lambda source: source.name)
def test_true_examples_score_about_their_floor(source):
    found = evaluate(source, drawn(source, 1000))
    expected = WITH_CENTRES[3:] if source.name in ("moons", "swiss-roll") else WITH_CENTRES
    assert tuple(m.name for m in found) == expected + ("sliced_wasserstein",) * (source.shape == (2,))
    for measure in found:
        assert measure.points == 1000
        assert measure.value == pytest.approx(
            measure.floor, rel=1.0, abs=0.01 if measure.name != "sliced_wasserstein" else 0.05
        )
    assert named(found)["js"].floor > 0
    assert named(found)["wasserstein1"].floor > 0


@pytest.mark.parametrize("source", DENSITIES, ids=lambda source: source.name)
def test_scattered_samples_score_worse(source):
    found = named(evaluate(source, drawn(source) + np.random.default_rng(0).standard_normal((300, *source.shape))))
    assert found["js"].value > 2 * found["js"].floor
    assert found["wasserstein1"].value > 1.5 * found["wasserstein1"].floor


def test_collapse_is_seen():
    ring = Ring()
    found = named(evaluate(ring, np.repeat(ring.centres[:2], 100, axis=0)))
    assert found["modes"] == Measure("modes", 2, 8, 200, title="modes captured", total=8, column="modes")
    assert found["high_quality"].value == 1
    assert found["reverse_kl"].value == pytest.approx(math.log(4), rel=1e-12)
    assert found["reverse_kl"].floor < 0.1


def test_the_modes_weights_are_the_datas():
    mixture = Mixture(weights=(0.1, 0.9))
    even = np.repeat(mixture.centres, 50, axis=0)
    assert named(evaluate(mixture, even))["reverse_kl"].value == pytest.approx(0.5 * math.log(25 / 9), rel=1e-12)


def test_points_in_many_dimensions_have_no_histogram():
    rng = np.random.default_rng(0)
    points = Points("mine", rng.standard_normal((400, 5)).astype(np.float32), np.arange(400) % 2)
    found = evaluate(points.labelled(), Labelled(rng.standard_normal((300, 5)), np.arange(300) % 2))
    assert [(measure.name, measure.points) for measure in found] == [("wasserstein1", 300), ("sliced_wasserstein", 300)]
    assert 0 < found[0].floor < found[0].value < 2  # the floor's points are often the same


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (np.full(300, 9), r"expected labels 0 to 7, got some from 9 to 9$"),
        (np.full(300, -1), r"expected labels 0 to 7, got some from -1 to -1$"),
        (np.zeros(299, int), r"expected labels as int64 \(300,\), one for each example, got int64 \(299,\)$"),
        (np.zeros((300, 1), int), r"expected labels as int64 \(300,\), one for each example, got int64 \(300, 1\)$"),
        (np.zeros(300), r"expected whole numbers 0..K-1, got float64"),
    ],
    ids=["too large", "negative", "too few", "of two axes", "of another type"],
)
def test_labels_that_are_none_of_the_datas_are_one_line(labels, says):
    with pytest.raises(DataError, match=says) as error:
        evaluate(Ring(), Labelled(drawn(Ring()), labels))
    assert "\n" not in str(error.value)


def test_a_stray_sample_does_not_hide_the_divergence():
    moons = Moons()
    wrong = np.zeros((500, 2))
    whole = named(evaluate(moons, wrong))["js"].value
    wrong[0] = 1e7
    assert whole > 0.6
    assert named(evaluate(moons, wrong))["js"].value == pytest.approx(whole, rel=0.01)


def test_the_seed_decides():
    ring = Ring()
    samples = drawn(ring)
    assert evaluate(ring, samples, seed=3) == evaluate(ring, samples, seed=3)
    assert evaluate(ring, samples, seed=3) != evaluate(ring, samples, seed=4)


def test_examples_do_not_share_the_stream_of_the_samples():
    gaussian = Gaussian()
    for seed in range(3):
        found = named(evaluate(gaussian, drawn(gaussian, 200, seed), seed=seed))
        assert found["js"].value > 0
        assert found["wasserstein1"].value > 0.01


def test_an_assignment_takes_the_first_1000_and_the_line_takes_all():
    assert named(evaluate(Moons(), drawn(Moons(), 1200)))["wasserstein1"].points == 1000
    assert named(evaluate(Moons(), drawn(Moons(), 1200)))["js"].points == 1200
    assert named(evaluate(Mixture(), drawn(Mixture(), 1200)))["wasserstein1"].points == 1200


def test_the_bins_are_those_of_the_densitys_box():
    gaussian = Gaussian()
    examples = gaussian.sample(400, np.random.default_rng([0, 1]))
    expected = histogram_js(np.full(400, 4.0), examples, 50, ([1.5], [6.5]))  # 4 +- 5 standard deviations of 0.5
    assert named(evaluate(gaussian, np.full((400, 1), 4.0)))["js"].value == expected


def test_samples_that_are_not_finite_are_refused():
    samples = drawn(Ring())
    samples[3, 1], samples[7] = np.nan, np.inf
    with pytest.raises(RunError, match=r"^2 of 300 samples are not finite: the run has diverged$"):
        evaluate(Ring(), samples)


def images(n, seed, shape=(4, 4, 1), test=None):
    pixels = np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)
    return Images("noise", pixels, test=test and (lambda: test))


def test_images_are_measured_in_pixels_from_minus_1_to_1():
    black, white = (Images("flat", np.full((5, 4, 4, 1), byte, np.uint8)) for byte in (0, 255))
    exact, sliced, sharp = evaluate(replace(black, test=lambda: black), white.images[:3])
    assert exact[:4] == ("wasserstein1", pytest.approx(2 * 4, rel=1e-14), 0.0, 3)  # 16 pixels, each 2 away
    assert sliced[:4] == ("sliced_wasserstein", pytest.approx(2, rel=0.2), 0.0, 3)  # that distance / 16^1/2
    assert sharp[:4] == ("sharpness", 0.0, 0.0, 3)  # all are flat
    bars = np.where(np.arange(4) < 2, 0, 255).astype(np.uint8) * np.ones((5, 4, 1), np.uint8)
    assert evaluate(replace(black, test=lambda: black), bars[..., np.newaxis])[2].value == pytest.approx(2 / 3)
    barred = Images("bars", bars[..., np.newaxis])
    assert evaluate(replace(barred, test=lambda: black), white.images)[2].floor == pytest.approx(2 / 3)


def test_the_floor_of_images_is_between_training_and_test():
    test = images(30, 1)
    measure = evaluate(images(40, 0, test=test), test.images)[0]
    assert measure.name == "wasserstein1"
    assert measure.points == 30
    assert measure.value == 0  # the very test images, in any order
    assert measure.floor > 1


def test_images_of_a_sorted_set_are_taken_from_all_of_it():
    black, white = np.zeros((700, 1, 1, 1), np.uint8), np.full((700, 1, 1, 1), 255, np.uint8)
    both = np.concatenate([black, white])
    measure, *_ = evaluate(Images("sorted", both, test=lambda: Images("mixed", both[::2])), black)
    assert measure.points == 500
    assert measure.floor < 0.3  # the first 500 would all be black: 1.0
    assert measure.value == pytest.approx(1.0, abs=0.2)  # half of the test images are 2 away


def test_images_need_test_images_of_their_size():
    with pytest.raises(DataError, match="needs its test images beside the samples"):
        evaluate(images(5, 0), images(5, 1).images)
    with pytest.raises(DataError, match="make them alike"):
        evaluate(images(5, 0, test=images(5, 1, (4, 5, 1))), images(5, 1).images)
    with pytest.raises(ShapeMismatch, match="one shape"):
        evaluate(images(5, 0, test=images(5, 1)), images(5, 1, (4, 5, 1)).images)


def test_samples_of_classes_have_the_measures_of_the_others_and_two_more():
    ring = Ring()
    samples = ring.sample_labelled(300, np.random.default_rng(5))
    found = evaluate(ring.labelled(), samples)
    assert found[:6] == evaluate(ring, samples.x)
    assert [m.name for m in found[6:]] == ["class_accuracy", "own_mode"]
    assert evaluate(ring, samples) == found  # whichever way the source is given


FEATURES = (
    "frechet", "kernel_distance", "precision", "recall", "density", "coverage", "classifier_score"
)  # fmt: skip
NEAR = ("nearest_training", "nearer", "duplicates", "support")


def drawn_from(test, first, last):
    """The test images of these places in a random order."""
    chosen = np.random.default_rng(0).permutation(len(test))[first:last]
    return replace(test, images=test.images[chosen], labels=test.labels[chosen])


@pytest.fixture(scope="module")
def digits():
    """The digits with 200 of their test images, so that 200 samples are compared. The first are easier than others."""
    source = load("digits")
    few = drawn_from(source.held_out(), 0, 200)
    return replace(source, test=lambda: few)


def test_images_with_labels_have_every_measure(digits):
    found = evaluate(digits, drawn_from(load("digits", split="test"), 400, 900).images)
    assert [m.name for m in found] == ["wasserstein1", "sliced_wasserstein", "sharpness", *FEATURES, *NEAR]
    assert [m.points for m in found] == 14 * [200]
    assert named(found)["frechet"].title == "Frechet (digits classifier)"
    assert not any("FID" in m.title or "Inception" in m.title for m in found)


def test_the_columns_of_a_comparison_are_few_and_short(digits):
    x, y = drawn_from(load("digits", split="test"), 400, 450).images, np.arange(50) % 10
    stacks = load("stacked-digits")
    triples = as_uint8(stacks.fresh(20, np.random.default_rng(0)))
    rng = np.random.default_rng(0)
    for source, samples, columns in (
        (digits, Labelled(x, y), ["W1", "Frechet", "class acc."]),
        (Ring(), Ring().sample_labelled(60, rng), ["modes", "quality", "W1", "class acc."]),
        (Moons(), Moons().sample(60, rng), ["JS", "W1"]),
        (stacks, triples, ["W1", "modes", "KL"]),
    ):
        assert [m.column for m in evaluate(source, samples) if m.column] == columns


def test_test_images_score_about_their_floor(digits):
    """Samples that no one has seen, as a perfect generator would make them."""
    found = named(evaluate(digits, drawn_from(load("digits", split="test"), 400, 900).images))
    for name in ("precision", "recall", "density", "coverage"):
        assert found[name].value == pytest.approx(found[name].floor, abs=0.1)
    for name in ("frechet", "classifier_score", "nearest_training"):
        assert found[name].value == pytest.approx(found[name].floor, rel=0.35)
    assert found["nearer"].value == pytest.approx(0.5, abs=0.1)
    assert found["nearer"].floor == 0.5
    assert abs(found["kernel_distance"].value) < 10


def test_a_copier_is_nearer_than_unseen_images_and_a_collapse_has_duplicates(digits):
    copied = named(evaluate(digits, digits.images[:200]))
    assert copied["nearer"].value == 1
    assert copied["nearest_training"].value == 0
    assert copied["nearest_training"].deciles[0] == 11 * (0.0,)
    assert len(copied["nearest_training"].deciles[1]) == 11
    assert list(copied["nearest_training"].deciles[1]) == sorted(copied["nearest_training"].deciles[1])
    assert copied["nearest_training"].deciles[1][5] == copied["nearest_training"].floor > 5

    repeated = named(evaluate(digits, digits.images[np.arange(200) % 20]))
    assert repeated["duplicates"].value >= 20 * 45  # 20 images, each 10 times
    assert repeated["support"].value < 23
    assert repeated["support"].floor > 10 * repeated["support"].value
    assert repeated["coverage"].value < repeated["coverage"].floor / 2


def test_features_of_training_images_are_computed_once_for_one_source(digits, monkeypatch):
    asked = []
    features = Classifier.features
    monkeypatch.setattr(Classifier, "features", lambda self, x: asked.append(len(x)) or features(self, x))
    source = replace(digits)
    found = [evaluate(each, digits.images[:30]) for each in (source, source, replace(digits))]
    assert asked.count(len(digits)) == 2
    assert found[0] == found[1] == found[2]


def test_noise_is_far_from_everything(digits):
    found = named(evaluate(digits, np.random.default_rng(0).integers(0, 256, (200, 28, 28, 1), np.uint8)))
    assert found["frechet"].value > 20 * found["frechet"].floor
    assert found["kernel_distance"].value > 50
    assert found["precision"].value < 0.1
    assert found["nearer"].value < 0.1


def test_images_without_labels_are_compared_with_training_images_in_pixels():
    test = images(50, 1)
    source = images(60, 0, test=test)
    found = named(evaluate(source, source.images[:30]))
    assert tuple(found) == ("wasserstein1", "sliced_wasserstein", "sharpness", *NEAR)
    assert found["nearer"].value == 1
    assert found["nearest_training"].points == 30
    white = named(evaluate(source, np.full((30, 4, 4, 1), 255, np.uint8)))
    to_training = np.linalg.norm((255 - source.images.reshape(60, -1).astype(float)) / 127.5, axis=1).min()
    assert white["nearest_training"].value == pytest.approx(to_training, rel=1e-6)
    assert white["duplicates"].value == 30 * 29 // 2
    assert white["support"].value == 1


def test_the_floor_of_near_duplicates_is_that_of_training_images():
    """Six training images ten times each are 6 * 45 pairs. The test images, whose distances set the rule, have ten."""
    test = replace(images(60, 1), images=images(60, 1).images // 10)
    greys = np.repeat(np.arange(0, 300, 50, dtype=np.uint8), 10)
    training = Images("six", np.tile(greys.reshape(60, 1, 1, 1), (1, 4, 4, 1)), test=lambda: test)
    found = named(evaluate(training, test.images))
    assert (found["duplicates"].value, found["duplicates"].floor) == (10, 270)
    assert (found["support"].value, found["support"].floor) == (60 * 59 / 20, 60 * 59 / 540)


def test_images_of_a_single_class_have_no_classifier():
    test = images(30, 1)
    source = replace(images(40, 0, test=test), labels=np.zeros(40, np.int64), classes=("faces",))
    assert tuple(named(evaluate(source, test.images))) == ("wasserstein1", "sliced_wasserstein", "sharpness", *NEAR)


def test_few_test_images_have_no_features():
    """And no classifier is trained in vain: these images have no labels that one could learn."""
    test = images(19, 1)
    found = evaluate(images(60, 0, test=test), test.images)
    assert [m.name for m in found] == ["wasserstein1", "sliced_wasserstein", "sharpness"]


def test_the_training_images_of_the_floor_are_those_of_the_seed(digits):
    samples = digits.images[:200]
    assert evaluate(digits, samples, seed=3) == evaluate(digits, samples, seed=3)
    floors = [named(evaluate(digits, samples, seed=seed))["frechet"].floor for seed in (3, 4)]
    assert floors[0] != floors[1]


@pytest.mark.parametrize(
    ("measure", "shown"),
    [
        (Measure("duplicates", 1234, 10, 100), "1,234"),
        (Measure("support", 24975.4, 10, 100), "24,975"),
        (Measure("support", math.inf, 10, 100), "inf"),
        (Measure("kernel_distance", -0.25, 10, 100), "-0.2500"),
    ],
)
def test_numbers_are_shown_with_the_digits_that_count(measure, shown):
    assert measure.shown(measure.value) == shown
