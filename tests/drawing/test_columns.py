"""Columns of images and panels of points that belong together."""

import numpy as np
import pytest

from tinygan.drawing.columns import columns, interleaved
from tinygan.errors import ShapeMismatch

GREY = np.arange(3 * 4, dtype=np.float32).reshape(3, 2, 2, 1) / 6 - 1
COLOUR = np.zeros((3, 2, 2, 3), np.uint8) + np.arange(3, dtype=np.uint8)


def test_rows_alternate_between_the_parts():
    images = interleaved([GREY, COLOUR])
    assert images.shape == (6, 2, 2, 3)
    np.testing.assert_array_equal(images[1::2], COLOUR)
    expected = np.rint((GREY + 1) * 127.5).astype(np.uint8)
    np.testing.assert_array_equal(images[::2], np.repeat(expected, 3, axis=3))
    assert interleaved([GREY, GREY]).shape == (6, 2, 2, 1)


def test_images_have_titled_columns():
    assert np.asarray(columns({"x": GREY, "G(x)": COLOUR}, "a title")).ndim == 3


def test_points_have_panels_and_one_colour_each():
    points = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    figure = columns({"x": points, "G(x)": 2 * points[::-1]}, "a title")
    first, second = figure.axes
    assert [ax.get_title() for ax in figure.axes] == ["x", "G(x)"]
    assert first.get_xlim() == second.get_xlim() == (-2.2, 2.2)
    np.testing.assert_array_equal(first.collections[0].get_facecolors(), second.collections[0].get_facecolors())
    assert len(np.unique(first.collections[0].get_facecolors(), axis=0)) == 3


def test_points_that_belong_to_no_row_are_grey():
    figure = columns({"a": np.eye(2), "b": np.ones((5, 2))})
    assert figure.axes[1].collections[0].get_facecolors().tolist() == [[0.7, 0.7, 0.7, 1.0]]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"x": GREY, "y": GREY[:2]}, r"as many rows each, got \[3, 2\]"),
        ({"x": GREY, "y": np.zeros((3, 2, 4, 1))}, "images of one size"),
        ({"x": np.zeros((3, 1))}, r"expected images or points \(n, 2\)"),
    ],
)
def test_what_does_not_belong_together_is_refused(parts, words):
    with pytest.raises(ShapeMismatch, match=words):
        columns(parts)
