"""Panels of curves."""

import pytest

from tinygan.drawing.panels import Panel, panels


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (3, 1), (4, 2)])
def test_up_to_three_stand_in_a_row(count, rows):
    figure = panels([Panel(f"panel {i}", {"y": ([1, 2], [3, 4])}) for i in range(count)], "a title")
    shown = [ax for ax in figure.axes if ax.axison]
    assert [ax.get_title() for ax in shown] == [f"panel {i}" for i in range(count)]
    assert len({round(ax.get_subplotspec().rowspan.start) for ax in shown}) == rows


def test_a_band_has_the_colour_of_its_curve():
    x = [1, 2]
    [ax] = panels([Panel("t", {"a": (x, [3, 4])}, bands={"a": (x, [2, 3], [4, 6])}, colours={"a": "red"})]).axes
    [band] = ax.collections
    assert band.get_facecolor().tolist() == [[1, 0, 0, 0.2]]
    assert {tuple(point) for point in band.get_paths()[0].vertices} >= {(1, 2), (2, 3), (1, 4), (2, 6)}
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a"]


def test_curves_points_and_levels():
    panel = Panel(
        "t", {"a": ([1, 2], [3, 4])}, {"b": ([1], [9])}, {"limit": 5.0}, "x", "y", "y", colours={"a": "black"}
    )
    [ax] = panels([panel]).axes
    curve, dots, level = ax.lines
    assert curve.get_xydata().tolist() == [[1, 3], [2, 4]]
    assert curve.get_color() == "black"
    assert dots.get_marker() == "o"
    assert list(level.get_ydata()) == [5, 5]
    assert [text.get_text() for text in ax.texts] == ["limit"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert (ax.get_xscale(), ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel()) == ("linear", "log", "x", "y")
