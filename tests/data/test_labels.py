"""Labels: checked where they enter, drawn with their examples, and part of which data a run was made with."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.strict import StrictArray
from tests.backends.strict import backend as strict_backend
from tinygan.data import (
    Absent,
    Gaussian,
    Grid,
    Images,
    Mixture,
    Moons,
    Normal,
    Points,
    Ring,
    Shuffled,
    Stream,
    as_source,
    label_of,
)
from tinygan.data.density import Density
from tinygan.errors import SettingError
from tinygan.nn.minibatch import Labelled

PIXELS = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1)
ROWS = np.arange(12, dtype=np.float32).reshape(6, 2)
Y = np.array([2, 0, 1, 1, 0, 2])
SETS = [Images("grey", PIXELS, Y), Points("mine", ROWS, Y)]
MIXTURES = [Gaussian(), Mixture(), Ring(), Grid()]


def name(source):
    return source.name


@pytest.mark.parametrize("source", SETS, ids=name)
@given(ms=st.lists(st.integers(1, 9), min_size=1, max_size=5), seed=st.integers(0, 99))
def test_a_data_sets_labels_go_with_its_examples_which_come_as_without_them(source, ms, seed):
    plain, labelled = (each.stream(np.random.default_rng(seed)) for each in (source, source.labelled()))
    every_x = [tuple(x.ravel()) for x in source.examples(range(6))]
    for m in ms:
        x, drawn = plain(m), labelled(m)
        assert isinstance(drawn, Labelled)
        assert drawn.y.dtype == np.int64
        np.testing.assert_array_equal(drawn.x, x)
        assert drawn.y.tolist() == [Y[every_x.index(tuple(row.ravel()))] for row in x]


@pytest.mark.parametrize("source", MIXTURES, ids=name)
def test_the_mode_is_drawn_with_the_point_which_is_that_drawn_without_it(source):
    plain, labelled = (each.stream(np.random.default_rng(3)) for each in (source, source.labelled()))
    for m in (500, 1, 70):
        x, drawn = plain(m), labelled(m)
        np.testing.assert_array_equal(drawn.x, x)
        assert (drawn.y.dtype, drawn.y.shape) == (np.int64, (m,))
        distances = np.linalg.norm(x[:, np.newaxis] - source.centres, axis=2)
        assert (distances.argmin(axis=1) == drawn.y).mean() > 0.99


def test_the_points_of_a_mixture_are_still_those_of_before():
    """The mode by its weight, then the noise: as written before there were labels."""
    p, rng = Mixture(), np.random.default_rng(11)
    j = rng.choice(2, size=5, p=np.array(p.weights))
    expected = p.centres[j] + p.std[j, np.newaxis] * rng.standard_normal((5, 1))
    np.testing.assert_array_equal(p.stream(np.random.default_rng(11))(5), expected.astype(np.float32))


@pytest.mark.parametrize("source", [*SETS, *MIXTURES], ids=name)
def test_a_labelled_stream_restarts_exactly(source):
    unbroken = source.labelled().stream(np.random.default_rng(0))
    unbroken(4)
    state = json.loads(json.dumps(unbroken.state()))
    restarted = source.labelled().stream(np.random.default_rng(9))
    restarted.restore(state)
    for m in (1, 5, 3):
        (x, y), (again_x, again_y) = unbroken(m), restarted(m)
        np.testing.assert_array_equal(again_x, x)
        np.testing.assert_array_equal(again_y, y)


@pytest.mark.parametrize("source", [*SETS, *MIXTURES], ids=name)
def test_both_leaves_arrive_on_the_device(source):
    drawn = source.labelled().stream(np.random.default_rng(0), strict_backend().asarray)(4)
    assert [(type(leaf), leaf.dtype) for leaf in drawn] == [(StrictArray, np.float32), (StrictArray, np.int64)]


@pytest.mark.parametrize("source", [*SETS, *MIXTURES], ids=name)
def test_there_and_back(source):
    labelled = source.labelled()
    assert labelled.labelled() is labelled
    assert labelled.unlabelled() is source
    assert source.unlabelled() is source
    assert (labelled.name, labelled.shape) == (source.name, source.shape)


@pytest.mark.parametrize(
    "source", [Moons(), Points("mine", ROWS), Images("grey", PIXELS), Absent("mnist", (28, 28, 1))], ids=name
)
def test_data_without_labels_say_so(source):
    assert source.classes == ()
    with pytest.raises(SettingError, match=rf"^{source.name}: [^\n]+ no labels; [^\n]+ digits or ring[^\n]+$"):
        source.labelled()


def test_labels_are_no_part_of_which_images_they_are_for_a_run_that_uses_none():
    assert SETS[0].fingerprint == Images("grey", PIXELS).fingerprint
    assert "classes" not in Shuffled(SETS[0], np.random.default_rng(0)).state()


@pytest.mark.parametrize(
    "other",
    [
        Images("grey", PIXELS, np.array([2, 0, 1, 1, 2, 0])).labelled(),
        Images("grey", PIXELS, Y, ("cat", "dog", "cow")).labelled(),
        Images("grey", PIXELS[::-1], Y).labelled(),
        Images("grey", PIXELS, Y),
    ],
    ids=["other labels", "other names", "other images", "without labels"],
)
def test_a_run_with_labels_goes_on_with_the_same_images_labels_and_names_alone(other, refused):
    state = SETS[0].labelled().stream(np.random.default_rng(0)).state()
    assert state["classes"] == ["0", "1", "2"]
    with refused("continue with the data that the run was started with"):
        other.stream(np.random.default_rng(0)).restore(state)


def test_a_mixture_with_other_modes_is_another_source(refused):
    state = Ring(modes=3).labelled().stream(np.random.default_rng(0)).state()
    with refused("Ring(modes=3", "continue with the same"):
        Ring().labelled().stream(np.random.default_rng(0)).restore(state)
    with refused("continue with the same"):
        Ring(modes=3).stream(np.random.default_rng(0)).restore(state)


def test_held_out_images_of_a_labelled_source_have_labels():
    labelled = Images("grey", PIXELS, Y, test=lambda: Images("grey", PIXELS[:3], Y[:3])).labelled()
    assert labelled.held_out().examples([2]).y.tolist() == [1]
    assert SETS[0].labelled().held_out() is None
    assert Ring().labelled().held_out() is None


# Labels that enter from a user's program.


@pytest.mark.parametrize("y", [[2, 0, 1, 1, 0, 2], Y.astype(np.uint8), Y.astype(np.int32), Y])
@pytest.mark.parametrize("X", [PIXELS, ROWS])
def test_an_array_with_labels_is_a_labelled_data_set(X, y):
    source = as_source(Labelled(X, y))
    assert source.classes == ("0", "1", "2")
    drawn = source.labelled().examples([0, 3])
    assert drawn.y.tolist() == [2, 1]
    np.testing.assert_array_equal(drawn.x, as_source(X).examples([0, 3]))


@pytest.mark.parametrize(
    ("y", "says"),
    [
        ([1, 2, 3, 1, 2, 3], "none of class 0"),
        ([0, 0, 2, 2, 0, 0], "none of class 1"),
        ([0, -1, 1, 1, 0, 2], "from -1 to 2"),
        ([10**12, 0, 1, 1, 0, 2], "none of class 3"),
        (np.array([2**64 - 1, 0, 1, 1, 0, 2], np.uint64), "from -1 to 2"),
        ([0, 1, 1], "int64 (6,), one for each example, got int64 (3,)"),
        (np.eye(6, dtype=int), "got int64 (6, 6)"),
        (1, "got int64 ()"),
        ([0.0, 1, 1, 0, 1, 1], "whole numbers 0..K-1, got float64"),
        ([True, False] * 3, "got bool"),
        (["cat", "dog"] * 3, "np.unique(y, return_inverse=True)[1]"),
        ([[0], [1, 2]], "expected an array of whole numbers, got list"),
        (None, "got object"),
    ],
)
def test_labels_that_do_not_fit_are_refused_at_once(y, says, refused):
    with refused("labels", says):
        as_source(Labelled(ROWS, y))


def test_what_cannot_have_labels_is_named(refused):
    with refused("Ring(modes=8", "labels belong to an array"):
        as_source(Labelled(Ring(), Y))
    with refused("Labelled(X, y)"):
        as_source((ROWS, Y))


@pytest.mark.parametrize(
    ("labels", "classes", "says"),
    [
        (Y.astype(np.uint8), (), "int64 (6,)"),
        (Y, ("cat", "dog"), "labels 0 to 1, got some from 0 to 2"),
        (Y - 1, ("cat", "dog", "cow"), "labels 0 to 2, got some from -1 to 1"),
        (Y, ("cat", "dog", "cat"), "names of classes that differ, got cat, dog, cat"),
        (Y, ("cat", "dog", ""), "names of classes that differ"),
        (Y, ("cat", "dog", 3), "names of classes that differ"),
    ],
)
def test_images_and_points_check_their_labels(labels, classes, says, refused):
    for make in (lambda: Images("odd", PIXELS, labels, classes), lambda: Points("odd", ROWS, labels, classes)):
        with refused("odd", says):
            make()


def test_names_may_be_those_of_classes_without_examples():
    assert Images("grey", PIXELS, Y, ("cat", "dog", "cow", "ant")).classes == ("cat", "dog", "cow", "ant")
    assert Images("grey", PIXELS, None, ("cat", "dog")).classes == ()


# A class by its name or number.


@pytest.mark.parametrize(
    ("wanted", "label"), [("dog", 1), ("0", 2), ("2", 2), (0, 0), (2, 2), (np.int64(1), 1), ("1", 1)]
)
def test_a_class_by_name_then_by_number(wanted, label):
    assert label_of(wanted, ("cat", "dog", "0")) == label


@pytest.mark.parametrize("wanted", ["cow", "3", "-1", 3, -1, True, None, "1.5", 10**30, "\n", 1.7, 1.0, "01", " 1"])
def test_a_class_that_does_not_exist_names_those_that_do(wanted):
    with pytest.raises(SettingError, match=r"no class .* choose one of cat, dog, or its number from 0 to 1$") as error:
        label_of(wanted, ("cat", "dog"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("wanted", "near"), [("dogs", "dog"), ("Cat", "cat"), ("katze", "cat")])
def test_a_misspelt_class_is_told_the_right_name(wanted, near):
    with pytest.raises(SettingError, match=rf"^no class '{wanted}', perhaps '{near}'; choose one of cat, dog,"):
        label_of(wanted, ("cat", "dog"))


def test_of_very_many_classes_an_error_names_some():
    with pytest.raises(SettingError, match=r"0, 1, .* 18, ... 999, or its number from 0 to 999$"):
        label_of("x", tuple(map(str, range(1000))))


# Sources of one's own.


class Sampler:
    """A density of one's own, with no more than it needs."""

    shape = (1,)

    def sample(self, n, rng):
        return rng.random((n, 1), dtype=np.float32)

    def density(self, x):
        return np.ones(len(x))


class Rows:
    """A data set of one's own."""

    shape, name, fingerprint = (2,), "rows", "abc"

    def __len__(self):
        return 6

    def examples(self, indices):
        return ROWS[indices]


def test_a_density_of_ones_own_becomes_a_source():
    source = as_source(Sampler())
    assert (source.name, source.shape, source.classes, source.fingerprint) == ("Sampler", (1,), (), "")
    assert source.held_out() is None
    assert "sampled afresh" in source.describe()
    expected = Stream(Sampler(), np.random.default_rng(0))(3)
    np.testing.assert_array_equal(source.stream(np.random.default_rng(0))(3), expected)
    np.testing.assert_array_equal(source.density(expected), [1, 1, 1])
    assert not hasattr(source, "centres")


def test_a_data_set_of_ones_own_becomes_a_source():
    source = as_source(Rows())
    assert (source.name, source.shape, source.fingerprint) == ("rows", (2,), "abc")
    np.testing.assert_array_equal(
        source.stream(np.random.default_rng(0))(4), Shuffled(Rows(), np.random.default_rng(0))(4)
    )
    assert "epochs" in source.describe()


def test_a_density_that_is_a_source_needs_no_more_than_its_formulas():
    class Uniform(Density):
        name, shape, box = "uniform", (1,), (np.zeros(1), np.ones(1))
        sample, density = Sampler.sample, Sampler.density

    source = Uniform()
    assert as_source(source) is source
    assert source.stream(np.random.default_rng(0))(3).shape == (3, 1)


def test_a_prior_of_noise_is_no_data_set(refused):
    with refused("Normal(size=3)"):
        as_source(Normal(3))
