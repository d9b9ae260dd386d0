"""A source says what it is: images or points, how many of each class, modes, stacks; and it gives examples."""

import numpy as np
import pytest

from tinygan.data import Absent, Images, Points, Ring, as_source, load
from tinygan.errors import DataError
from tinygan.nn import Labelled

LABELS = np.array([1, 0, 1, 1])
IMAGES = Images("images", np.arange(64, dtype=np.uint8).reshape(4, 4, 4, 1), LABELS, ("a", "b", "none"))
POINTS = Points("points", np.arange(8, dtype=np.float32).reshape(4, 2))


class Users:
    """A user's own density with two modes."""

    shape, centres, std = (1,), np.array([[0.0], [2.0]]), 0.5

    def __repr__(self):
        return "Users()"

    def sample(self, n, rng):
        return rng.standard_normal((n, 1))

    def density(self, x):
        return np.ones(len(x))


class Finite:
    """A user's own data set."""

    shape = (1,)

    def __repr__(self):
        return "Finite()"

    def __len__(self):
        return 4

    def examples(self, indices):
        return np.asarray(indices, float)[:, np.newaxis]


@pytest.mark.parametrize(
    ("source", "images", "counts", "modes", "stacked"),
    [
        (IMAGES, True, (1, 3, 0), 0, False),
        (IMAGES.labelled(), True, (1, 3, 0), 0, False),
        (IMAGES.taken([1, 2]), True, (1, 1, 0), 0, False),
        (POINTS, False, (), 0, False),
        (Ring(), False, (), 8, False),
        (load("moons"), False, (), 0, False),
        (load("stacked-digits"), True, (), 0, True),
        (as_source(Users()), False, (), 2, False),
        (as_source(Finite()), False, (), 0, False),
        (Absent("images", (4, 4, 1), ("a", "b")), True, (), 0, False),
    ],
    ids=str,
)
def test_the_facts_of_a_source(source, images, counts, modes, stacked):
    assert (source.has_images, source.class_counts, source.is_stacked) == (images, counts, stacked)
    assert len(source.components.centres if source.components else ()) == modes


def test_modes_have_weights_that_sum_to_1():
    for source in (load("mixture"), as_source(Users())):
        centres, std, weights = source.components
        assert (len(centres), np.sum(weights)) == (2, pytest.approx(1, rel=1e-14))
        assert np.all(np.asarray(std) == 0.5)
    assert load("mixture").components.weights == (0.3, 0.7)


@pytest.mark.parametrize("source", [IMAGES, POINTS, Ring(), load("moons"), as_source(Users()), as_source(Finite())])
def test_examples_are_drawn_by_the_generator(source):
    first, again = (source.sample(50, np.random.default_rng(3)) for _ in range(2))
    assert first.shape == (50, *source.shape)
    np.testing.assert_array_equal(first, again)
    if hasattr(source, "examples"):
        drawn = np.random.default_rng(3).integers(4, size=50)  # with replacement
        np.testing.assert_array_equal(first, source.examples(drawn))


def test_forms_of_a_source_draw_its_examples():
    x, y = IMAGES.labelled().sample(9, np.random.default_rng(3))
    np.testing.assert_array_equal(x, IMAGES.sample(9, np.random.default_rng(3)))
    np.testing.assert_array_equal(y, LABELS[np.random.default_rng(3).integers(4, size=9)])
    partly = as_source(Labelled(POINTS.points, LABELS)).partly_labelled(1)
    np.testing.assert_array_equal(*(each.sample(9, np.random.default_rng(3)) for each in (partly, POINTS)))
    assert isinstance(Ring().labelled().sample(9, np.random.default_rng(3)), Labelled)
    with pytest.raises(DataError, match="without its data"):
        Absent("images", (4, 4, 1)).sample(9, np.random.default_rng(3))
