"""Rows of images with names, and bars of units with the collapsed ones apart."""

import numpy as np
import pytest

from tinygan.drawing.reconstructions import COLLAPSED, GAP, in_rows, units
from tinygan.drawing.save import as_image
from tinygan.errors import ShapeMismatch


def test_each_row_has_its_name_and_its_images():
    black, grey = np.zeros((3, 4, 5, 1), np.uint8), np.zeros((3, 4, 5, 1))
    figure = in_rows({"images": black, "reconstructions": grey}, "vae")
    [ax] = figure.axes
    assert [text.get_text() for text in ax.get_yticklabels()] == ["images", "reconstructions"]
    sheet = ax.images[0].get_array()
    assert sheet.shape == (2 * 4 + GAP, 3 * 5 + 2 * GAP, 3)
    assert (sheet[:4, 5 + GAP : 10 + GAP] == 0).all()
    assert (sheet[4 + GAP :, 5 + GAP : 10 + GAP] == 128).all()
    assert (sheet[4 : 4 + GAP] == 255).all()
    assert as_image(figure).width == 800


def test_pixels_are_square():
    figure = in_rows({"images": np.zeros((3, 4, 5, 3), np.uint8), "others": np.zeros((3, 4, 5, 3), np.uint8)})
    box = figure.axes[0].get_position()
    width, height = figure.get_size_inches()
    assert box.width * width / (3 * 5 + 2 * GAP) == pytest.approx(box.height * height / (2 * 4 + GAP), rel=1e-6)


@pytest.mark.parametrize("other", [np.zeros((2, 4, 4, 1)), np.zeros((3, 4))])
def test_rows_of_other_shapes_are_an_error(other):
    with pytest.raises(ShapeMismatch, match=r"^in_rows: expected rows of images of one shape, .* got \(3, 4, 4, 1\), "):
        in_rows({"images": np.zeros((3, 4, 4, 1)), "others": other})


def test_the_bars_begin_with_the_largest_and_collapsed_units_are_grey():
    figure = units(np.array([0.5, 0.0, 2.0, 1.0]), np.array([True, False, True, True]))
    [ax] = figure.axes
    bars = {round(bar.get_x() + bar.get_width() / 2): bar for bar in ax.patches}
    assert [bars[i].get_height() for i in range(4)] == [2.0, 1.0, 0.5, 0.02]  # a sliver, so that it is seen
    assert [text.get_text() for text in ax.get_xticklabels()] == ["2", "3", "0", "1"]
    assert bars[3].get_facecolor()[:3] == (float(COLLAPSED),) * 3
    assert bars[0].get_facecolor() != bars[3].get_facecolor()
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["active: 3 of 4", "collapsed: 1 of 4"]


def test_units_need_a_boolean_each():
    with pytest.raises(
        ShapeMismatch, match=r"^units: expected a KL and a boolean for each unit, .* \(3,\) and \(2,\)$"
    ):
        units(np.zeros(3), np.zeros(2, bool))
