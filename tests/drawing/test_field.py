"""A vector field with its orbits."""

import numpy as np
import pytest

from tinygan.drawing.field import HEAD, SIDE, Field
from tinygan.drawing.panels import panels


def test_it_is_asked_at_the_points_of_the_square_and_drawn_along_its_vectors():
    asked = []

    def right_and_up(points):
        asked.append(points)
        return np.stack([1 + 0 * points[:, 0], 2 + 0 * points[:, 1]], axis=1)

    [ax] = panels([Field("t", right_and_up, reach=2.0)]).axes
    assert asked[0].shape == (SIDE**2, 2)
    assert (asked[0].min(), asked[0].max()) == (-2, 2)
    segments = np.concatenate([np.diff(line, axis=0) for line in ax.collections[0].get_segments()])
    segments = segments[np.linalg.norm(segments, axis=1) > 1e-6]
    np.testing.assert_allclose(segments[:, 1] / segments[:, 0], 2, rtol=1e-6)


def test_orbits_curves_and_the_equilibrium():
    def around(points):
        return np.stack([points[:, 1], -points[:, 0]], axis=1)

    orbit, curve = np.array([[1.0, 0.0], [0.0, -1.0]]), np.array([[0.5, 0.0], [0.0, 0.5], [0.0, 0.0]])
    [ax] = panels([Field("t", around, {"steps": orbit}, {"a curve": curve}, reach=1.5)]).axes
    steps, ring, line, other_ring, equilibrium = ax.lines
    assert (steps.get_xydata().tolist(), steps.get_marker()) == (orbit.tolist(), ".")
    assert (line.get_xydata().tolist(), line.get_marker()) == (curve.tolist(), "None")
    assert [mark.get_xydata().tolist() for mark in (ring, other_ring)] == [[[1, 0]], [[0.5, 0]]]
    assert equilibrium.get_xydata().tolist() == [[0, 0]]
    assert steps.get_color() == ring.get_markeredgecolor() != line.get_color()
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_aspect()) == ((-1.5, 1.5), (-1.5, 1.5), 1)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["steps", "a curve", "equilibrium"]
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("t", r"$\theta$, of G", r"$\psi$, of D")


def test_an_arrow_on_each_line_points_along_it():
    def right_and_up(points):
        return np.stack([1 + 0 * points[:, 0], 2 + 0 * points[:, 1]], axis=1)

    [ax] = panels([Field("t", right_and_up)]).axes
    lines, arrows = ax.collections
    tips, heads = arrows.get_offsets(), [path.vertices for path in arrows.get_paths()]
    assert len(tips) == len(heads) == len(lines.get_segments()) > 10
    for tip, head, line in zip(tips, heads, lines.get_segments(), strict=True):
        np.testing.assert_allclose(head[0], 0, atol=1e-12)
        back = (head[1] + head[2]) / 2
        assert back[1] / back[0] == pytest.approx(2)
        assert back[1] < 0
        assert np.linalg.norm(back) == pytest.approx(2 * HEAD)
        assert np.linalg.norm(line - tip, axis=1).min() < 0.2


def test_a_field_is_asked_once_however_often_it_is_drawn():
    asked = []

    def around(points):
        asked.append(len(points))
        return np.stack([points[:, 1], -points[:, 0]], axis=1)

    first, second = (panels([Field("t", around, {"orbit": np.eye(2)[:n]})]).axes[0] for n in (1, 2))
    assert asked == [SIDE**2]
    for line, same in zip(first.collections[0].get_segments(), second.collections[0].get_segments(), strict=True):
        np.testing.assert_array_equal(line, same)
    panels([Field("t", around, reach=1.0)])
    assert len(asked) == 2
