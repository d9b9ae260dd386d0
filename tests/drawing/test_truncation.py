"""The picture of a truncation curve shows each threshold beside its point and its samples."""

import numpy as np

from tinygan.drawing.truncation import truncation

POINTS = [(0.99, 0.2), (0.95, 0.7), (0.9, 0.9)]  # precision, recall


def test_each_threshold_is_a_point_and_a_row():
    images = [np.full((4, 6, 6, 1), 60 * i, np.uint8) for i in range(3)]
    figure = truncation((0.5, 1.0, None), POINTS, (0.97, 0.95), images, title="$5 and [brackets]")
    curve, rows = figure.axes
    line, floor = curve.lines
    np.testing.assert_array_equal(line.get_xydata(), [(0.2, 0.99), (0.7, 0.95), (0.9, 0.9)])
    np.testing.assert_array_equal(floor.get_xydata(), [(0.95, 0.97)])
    assert [text.get_text() for text in curve.texts] == ["0.5", "1", "none"]
    assert [tick.get_text() for tick in rows.get_yticklabels()] == ["0.5", "1", "none"]
    [picture] = rows.images
    shown = np.asarray(picture.get_array())
    for i, place in enumerate(rows.get_yticks()):
        assert shown[round(place), 6].max() in (60 * i, 255)  # 255 is the gap
    figure.canvas.draw()
