"""The picture of a network: a box for each map, as high as its side, and an arc for each skip connection."""

import pytest
from matplotlib.patches import FancyArrowPatch, Rectangle

from tinygan.drawing.network import COPIED, HEIGHT, Map, maps_of, network

U = [
    ("Conv2d", (14, 14, 8), None),
    ("leaky_relu", (14, 14, 8), None),
    ("Conv2d", (7, 7, 16), None),
    ("relu", (7, 7, 16), None),
    ("ConvTranspose2d", (14, 14, 8), None),
    ("Joined", (14, 14, 16), 0),
    ("ConvTranspose2d", (28, 28, 1), None),
    ("tanh", (28, 28, 1), None),
]
RESIDUAL = [
    ("Conv2d", (7, 7, 8), None),
    ("relu", (7, 7, 8), None),
    ("Conv2d", (7, 7, 8), None),
    ("Residual", (7, 7, 8), 1),
    ("Conv2d", (7, 7, 8), None),
    ("Residual", (7, 7, 8), 3),
]


def boxes(ax):
    """(left, height, width, opacity) of each box, from left to right."""
    found = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_width() > 0]
    return [(patch.get_x(), patch.get_height(), patch.get_width(), patch.get_alpha()) for patch in found]


def test_what_is_joined_is_drawn_as_one_map_and_activations_have_none():
    assert maps_of((28, 28, 1), U) == [
        Map((28, 28, 1)),
        Map((14, 14, 8), ("Conv2d",)),
        Map((7, 7, 16), ("leaky_relu", "Conv2d", "relu")),
        Map((14, 14, 16), ("ConvTranspose2d", "Joined"), 1),
        Map((28, 28, 1), ("ConvTranspose2d", "tanh")),
    ]


def test_a_residual_block_goes_from_map_to_map():
    assert maps_of((7, 7, 1), RESIDUAL) == [
        Map((7, 7, 1)),
        Map((7, 7, 8), ("Conv2d", "relu")),
        Map((7, 7, 8), ("Conv2d", "Residual"), 1),
        Map((7, 7, 8), ("Conv2d", "Residual"), 2),
    ]
    assert maps_of((2,), [("Residual", (2,), -1)]) == [Map((2,)), Map((2,), ("Residual",), 0)]


def test_boxes_are_as_high_as_their_sides_and_grow_with_the_logarithm_of_their_channels():
    [ax] = network([("U", "tab:green", (28, 28, 1), U)]).axes
    image, down, inner, copied, joined, out = boxes(ax)
    assert [box[1] / HEIGHT for box in (image, down, inner, joined, out)] == pytest.approx([1, 1 / 2, 1 / 4, 1 / 2, 1])
    assert inner[2] - down[2] == pytest.approx((down[2] - image[2]) / 3)  # 16 to 8 channels, and 8 = 2^3 to 1
    assert copied[2] == pytest.approx(joined[2]) == pytest.approx(inner[2] / 2)  # half of its channels are copied
    assert [copied[3], joined[3]] == [COPIED, 0.9]
    lefts = [box[0] for box in (image, down, inner, copied, joined, out)]
    assert lefts == sorted(lefts)


def test_arcs_lead_to_what_they_are_joined_with():
    for stages, arcs in ((U, 1), (RESIDUAL, 2), (U[:2], 0)):
        [ax] = network([("", "tab:blue", (28, 28, 1), stages)]).axes
        arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
        assert len(arrows) == arcs + len(maps_of((28, 28, 1), stages)) - 1


def test_layers_and_shapes_are_named_and_nothing_is_outside():
    rows = [("a U-Net with quite a long title, longer than it", "tab:green", (28, 28, 1), U[:2])]
    figure = network([*rows, ("points", "tab:blue", (2,), [("Dense", (8,), None)])])
    first, second = figure.axes
    words = [text.get_text() for text in first.texts]
    assert {"28 x 28\n1", "14 x 14\n8", "Conv2d", rows[0][0]} <= set(words)
    assert {"2", "8", "Dense", "points"} == {text.get_text() for text in second.texts}
    assert max(box[1] for box in boxes(second)) < HEIGHT / 2  # flat, as points are
    figure.draw_without_rendering()
    for text in (*first.texts, *second.texts):
        extent = text.get_window_extent()
        assert extent.x0 >= 0
        assert extent.x1 <= figure.bbox.width
