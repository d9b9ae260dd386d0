"""Stacked digits: each channel is a digit of the data, in the range of G, and always the same ones."""

import numpy as np
import pytest

from tinygan.data import Absent, Images, Stacked, load
from tinygan.errors import DataError

GREY = Images("grey", np.random.default_rng(0).integers(0, 256, (7, 8, 4, 1), dtype=np.uint8), np.arange(7))


def test_each_channel_is_the_digit_that_was_drawn():
    source = Stacked("stack", GREY, 50)
    x = source.examples([3, 41])
    assert (x.shape, x.dtype, source.shape, len(source)) == ((2, 8, 4, 3), np.float32, (8, 4, 3), 50)
    for i, row in enumerate((3, 41)):
        for channel, digit in enumerate(source.triples[row]):
            np.testing.assert_array_equal(x[i, :, :, channel], GREY.examples([digit])[0, :, :, 0])


def test_they_have_the_range_of_g():
    """[-1, 1], as tanh; code of a well-known table left them in [0, 1]."""
    x = Stacked("stack", GREY, 50).examples(np.arange(50))
    assert x.min() == pytest.approx(-1, abs=0.02)
    assert x.max() == pytest.approx(1, abs=0.02)


def test_the_channels_are_independent_and_all_triples_occur():
    triples = Stacked("stack", GREY, 20_000).triples
    assert len(np.unique(triples, axis=0)) == 7**3
    counts = np.histogramdd(triples, bins=[np.arange(8)] * 3)[0].ravel()
    assert abs(counts / 20_000 * 7**3 - 1).max() < 0.6  # 58 of each: 4.5 standard deviations


def test_fresh_images_are_new_stacks_of_the_same_digits():
    source = Stacked("stack", GREY, 50)
    x = source.fresh(400, np.random.default_rng(5))
    known = {GREY.examples([i])[0, :, :, 0].tobytes() for i in range(7)}
    assert x.shape == (400, 8, 4, 3)
    assert {np.ascontiguousarray(image[:, :, c]).tobytes() for image in x for c in range(3)} == known
    old = {image.tobytes() for image in source.examples(np.arange(50))}
    assert sum(image.tobytes() not in old for image in x) > 200


def test_the_same_every_time_and_other_ones_of_other_digits():
    one, again = (Stacked("stack", GREY, 50) for _ in range(2))
    np.testing.assert_array_equal(one.triples, again.triples)
    assert one.fingerprint == again.fingerprint
    other = Images("grey", 255 - GREY.images, GREY.labels)
    assert len({one.fingerprint, Stacked("stack", other, 50).fingerprint, Stacked("stack", GREY, 51).fingerprint}) == 3


def test_by_name_with_test_images_of_test_digits():
    source = load("stacked-digits")
    assert source.describe() == "128,000 images of 28 x 28 x 3, each of 3 of 10,000 digits"
    assert source.classes == ()
    test = source.held_out()
    assert len(test.digits) == 2000
    assert test.examples([0]).shape == (1, 28, 28, 3)


def test_from_files(tmp_path, write_idx, refused):
    with refused("mnist", tmp_path):
        load("stacked-mnist", data_dir=tmp_path)
    write_idx(tmp_path / "train-images-idx3-ubyte", np.full((3, 28, 28), 255, np.uint8))
    source = load("stacked-mnist", data_dir=tmp_path)
    assert (source.examples([5]) == 1).all()
    with refused("t10k-images"):
        source.held_out()


def test_a_stream_goes_on_where_it_was():
    source = Stacked("stack", GREY, 50)
    whole, broken = (source.stream(np.random.default_rng(1)) for _ in range(2))
    first = [whole(30) for _ in range(3)]
    broken(30)
    again = source.stream(np.random.default_rng())
    again.restore(broken.state())
    np.testing.assert_array_equal(again(30), first[1])
    np.testing.assert_array_equal(again(30), first[2])


def test_few_of_them_are_some_of_the_same_images():
    source = Stacked("stack", GREY, 50)
    few = source.few(5)
    assert len(few) == 5
    np.testing.assert_array_equal(few.examples([0, 1, 4]), source.examples([0, 10, 40]))
    assert few.fingerprint != source.fingerprint
    assert few.digits is source.digits


def test_only_grey_images_are_stacked():
    with pytest.raises(DataError, match=r"^stack: expected grey images to stack, got \(4, 4, 3\)$"):
        Stacked("stack", Images("rgb", np.zeros((2, 4, 4, 3), np.uint8)))


def test_images_without_test_digits_have_no_test_images():
    assert Stacked("stack", GREY).held_out() is None
    assert Absent("stacked-mnist", (28, 28, 3)).shape == (28, 28, 3)
