"""Samples beside their nearest training images: which are shown, in which rows, and the two histograms."""

import numpy as np

from tinygan.drawing.neighbours import neighbours


def shades(first, n):
    """n images of 4 x 3, image i of the byte first + i throughout."""
    return (first + np.arange(n, dtype=np.uint8))[:, None, None, None] * np.ones((1, 4, 3, 1), np.uint8)


def drawn(n, images=None):
    """The figure of n samples, n + 5 unseen images and 40 training images; sample i is the n - i th nearest."""
    samples, unseen, training = images or (shades(0, n), shades(100, n + 5), shades(200, 40))
    index = np.arange(n) % 40, (np.arange(n + 5) + 1) % 40
    distances = np.arange(n)[::-1] / 10, 5 + np.arange(n + 5.0)
    return neighbours((samples, unseen), training, index, distances, title="gan on digits", space="pixels")


def sheet(figure):
    """By row and column the bytes of the images, from the middles of their places."""
    pixels = np.asarray(figure.axes[1].images[0].get_array())
    assert pixels.shape == (28, 53, 3)  # rows 0, 6, 18 and 24; columns 0, 5, 10, ...
    return pixels[[2, 8, 20, 26], 1::5, 0]


def test_the_eleven_from_the_nearest_to_the_farthest_stand_above_their_neighbours():
    found = sheet(drawn(21))
    expected = np.arange(20, -1, -2)  # the last sample is the nearest
    np.testing.assert_array_equal(found[0], expected)
    np.testing.assert_array_equal(found[1], 200 + expected)
    unseen = np.linspace(0, 25, 11).round()
    np.testing.assert_array_equal(found[2], 100 + unseen)
    np.testing.assert_array_equal(found[3], 200 + unseen + 1)


def test_few_samples_are_shown_more_than_once():
    np.testing.assert_array_equal(np.unique(sheet(drawn(3))[0]), [0, 1, 2])
    np.testing.assert_array_equal(sheet(drawn(1))[0], 0)


def test_both_histograms_have_the_area_1_and_the_same_bins():
    figure = drawn(50)
    samples, unseen = (patch.get_xy() for patch in figure.axes[0].patches)
    np.testing.assert_array_equal(np.unique(samples[:, 0]), np.unique(unseen[:, 0]))
    for outline in (samples, unseen):
        x, y = outline[1:-1:2].T
        assert np.isclose((y * np.diff(np.append(x, outline[-1, 0]))).sum(), 1)
    texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert texts == ["samples", "unseen images"]
    assert figure.axes[0].get_xlabel() == "distance from the nearest training image, in pixels"


def test_floats_and_colours_are_drawn_as_bytes():
    colours = np.linspace(-1, 1, 12 * 36, dtype=np.float32).reshape(12, 4, 3, 3)
    pixels = drawn(12, (colours, np.tile(colours, (2, 1, 1, 1))[:17], np.tile(colours, (4, 1, 1, 1)))).axes[1].images[0]
    corner = np.asarray(pixels.get_array())[0, 0]
    np.testing.assert_array_equal(corner, np.rint((colours[11, 0, 0] + 1) * 127.5))
