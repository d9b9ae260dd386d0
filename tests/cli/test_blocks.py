"""Pictures in the characters of a terminal."""

import itertools

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from tinygan.cli.blocks import HALF, blocks
from tinygan.demos import DEMOS


def test_blocks_are_two_pixels_each():
    pixels = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [9, 9, 9]]], np.uint8)
    text = blocks(Image.fromarray(pixels), 2, 1)
    assert text.plain == 2 * HALF + "\n"
    assert [str(span.style) for span in text.spans] == ["#ff0000 on #0000ff", "#00ff00 on #090909"]


def test_of_a_figure_thin_lines_are_seen():
    figure = Figure(figsize=(4, 3))
    figure.add_subplot().plot([0, 1], [0, 1], color="black", lw=1.5)
    upper = [span.style.color.triplet.red for span in blocks(figure, 40, 20).spans]
    assert sum(red < 128 for red in upper) >= 10  # along the diagonal
    assert upper.count(255) > 300


def test_the_panels_of_every_frame_take_the_place_of_the_text():
    for frame in itertools.islice(DEMOS["orbits"].frames(sleep=lambda seconds: None), 2):
        blocks(frame.picture, 79, 20)
        assert [ax.get_position(original=True).height > 0.95 for ax in frame.picture.axes] == [True] * 3
