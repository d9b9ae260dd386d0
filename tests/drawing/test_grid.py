"""A grid holds every image in its place, under a title and, by class, under the names of the columns."""

import numpy as np
import pytest
from PIL import Image

from tinygan.data import Images
from tinygan.drawing.grid import class_grid, grid
from tinygan.drawing.portrait import portrait
from tinygan.errors import ShapeMismatch

SHADES = np.arange(6, dtype=np.uint8)[:, None, None, None] * np.ones((1, 3, 4, 1), np.uint8) * 10


def test_the_grid_places_every_image():
    picture = np.asarray(grid(SHADES[:5], columns=2, gap=1, scale=1))
    assert picture.shape == (3 * 4 + 1, 2 * 5 + 1)
    assert [picture[1 + 4 * (i // 2), 1 + 5 * (i % 2)] for i in range(5)] == [0, 10, 20, 30, 40]
    assert picture[0, 0] == 255
    assert np.asarray(grid(np.zeros((4, 3, 4, 3), np.uint8))).ndim == 3


def test_floats_are_drawn_as_their_bytes():
    images = np.linspace(-1, 1, 48, dtype=np.float32).reshape(4, 3, 4, 1)
    np.testing.assert_array_equal(grid(images), grid(np.rint((images + 1) * 127.5).astype(np.uint8)))


def test_a_picture_has_a_largest_size():
    with pytest.raises(ShapeMismatch, match=r"^grid: 400,000 images make a picture of 18,992 x 18,962 pixels; draw f"):
        grid(np.broadcast_to(np.uint8(0), (400_000, 28, 28, 1)))


@pytest.mark.parametrize("k", [1, 2, 10, 25])
@pytest.mark.parametrize("rows", [1, 3, 7, 39, 64])
def test_a_sheet_of_classes_is_at_most_four_times_as_high_as_wide(k, rows):
    picture = class_grid(np.zeros((rows * k, 8, 8, 1), np.uint8), k * ["a"], dpi=20)
    assert picture.width <= 1.5 * max(5 * 20, k * 10, 10 * (rows * k) ** 0.5)
    assert picture.height <= 4.2 * picture.width + 20


@pytest.mark.parametrize(("dpi", "wide"), [(100, 500), (300, 1500)])
def test_a_grid_is_about_five_inches_wide(dpi, wide):
    assert grid(np.zeros((64, 28, 28, 1), np.uint8), dpi=dpi).width == pytest.approx(wide, rel=0.1)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_title_stands_above_images_that_it_leaves_as_they_are(channels):
    images = np.repeat(SHADES, channels, axis=3)
    plain, titled = (np.asarray(grid(images, title=title).convert("RGB")) for title in ("", "iteration 2,000"))
    band = titled[: len(titled) - len(plain)]
    np.testing.assert_array_equal(titled[len(band) :], plain)
    assert 10 < len(band) < 40
    dark = band.min(axis=(0, 2)) < 128
    assert dark.any()
    assert not dark[:5].any()
    assert not dark[-5:].any()
    assert (np.asarray(grid(images, title="iteration 3,000").convert("RGB")) != titled).any()


def test_a_title_that_is_long_is_small_and_stays_inside():
    titled = np.asarray(grid(SHADES, title="a recipe with a long name on data with a long name, " * 3))
    ink = titled[:12].min(axis=(0, 2)) < 160
    assert ink.any()
    assert not ink[:3].any()
    assert not ink[-3:].any()


@pytest.mark.parametrize(
    "names", [["0", "1", "2"], ["T-shirt/top", "Ankle boot", "a name of very many letters indeed"]]
)
def test_a_grid_of_classes_has_each_name_over_its_column(names):
    picture = class_grid(SHADES, names, scale=20)
    plain = grid(SHADES, 3, scale=20)
    band = np.asarray(picture)[: picture.height - plain.height]
    np.testing.assert_array_equal(np.asarray(picture)[len(band) :], np.asarray(plain.convert("RGB")))
    ink = np.flatnonzero(band.min(axis=(0, 2)) < 128)
    for i in range(3):
        start = 20 * (2 + 6 * i)  # in pixels: two between images of four
        own = ink[(start - 20 <= ink) & (ink < start + 100)]
        assert (own.min() + own.max()) / 2 == pytest.approx(start + 40, abs=3)
    assert (band.shape[0] > 40) == (len(names[2]) > 20)  # names that are too wide stand upright


def test_many_rows_of_few_classes_stand_side_by_side():
    """Nine rows of two classes are a block of five and one of four."""
    shades = np.arange(18, dtype=np.uint8)[:, None, None, None] * np.ones((1, 3, 4, 1), np.uint8)
    found = np.asarray(class_grid(shades, ["a", "b"], scale=20))
    order = [0, 1, 10, 11, 2, 3, 12, 13, 4, 5, 14, 15, 6, 7, 16, 17, 8, 9]
    plain = np.asarray(grid(shades[order], 4, scale=20))
    np.testing.assert_array_equal(found[-len(plain) :, :, 0], plain)
    assert class_grid(shades[:14], ["a", "b"], scale=20).width == 20 * (2 * 6 + 2)  # seven rows are one block


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: grid(np.zeros((4, 3, 3), np.uint8)), r"grid: expected images .* got \(4, 3, 3\)"),
        (lambda: grid(np.zeros((0, 3, 3, 1), np.uint8)), r"grid: expected images .* got \(0, 3, 3, 1\)"),
        (lambda: grid(np.zeros((4, 3, 3, 2), np.uint8)), "with 1 or 3 channels"),
        (lambda: grid(SHADES, 2, titles="abc"), "at most 2 titles, one for each column, got 3"),
        (lambda: class_grid(SHADES, "abcd"), "class_grid: expected rows of 4 images, one for each class, got 6"),
        (lambda: class_grid(SHADES, []), "class_grid: expected rows of 0"),
    ],
)
def test_what_makes_no_grid_is_one_clear_line(make, words):
    with pytest.raises(ShapeMismatch, match=rf"^[^\n]*{words}[^\n]*$"):
        make()


def test_a_portrait_of_images_is_their_grid():
    source = Images("shades", SHADES)
    made = portrait(source, SHADES, title="iteration 5", dpi=50)
    assert isinstance(made, Image.Image)
    np.testing.assert_array_equal(made, grid(SHADES, title="iteration 5", dpi=50))
