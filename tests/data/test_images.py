import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tinygan.data import Images, Points, as_uint8
from tinygan.errors import SettingError


def ramp():
    """All 256 bytes, as 256 images of one pixel."""
    return Images("ramp", np.arange(256, dtype=np.uint8).reshape(256, 1, 1, 1))


def test_examples_are_float32_in_the_unit_range():
    x = ramp().examples(np.arange(256))
    assert x.dtype == np.float32
    assert x.shape == (256, 1, 1, 1)
    np.testing.assert_allclose(x.ravel(), np.arange(256) / 127.5 - 1, atol=1e-7)
    assert x.ravel()[[0, 255]].tolist() == [-1, 1]


def test_examples_come_in_the_order_asked_and_leave_the_bytes_alone():
    data = ramp()
    np.testing.assert_array_equal(as_uint8(data.examples([7, 3, 7])).ravel(), [7, 3, 7])
    np.testing.assert_array_equal(data.images.ravel(), np.arange(256))


def test_bytes_survive_the_round_trip():
    np.testing.assert_array_equal(as_uint8(ramp().examples(range(256))), ramp().images)


@settings(deadline=None)
@given(arrays(np.float32, st.integers(1, 20), elements=st.floats(-1, 1, width=32)))
def test_as_uint8_rounds_to_the_nearest_byte(x):
    assert np.max(np.abs(as_uint8(x) / 127.5 - 1 - x)) <= 0.5 / 127.5 + 1e-6


def test_as_uint8_clips_and_draws_nan_black():
    samples = np.array([[-9, 9], [np.nan, np.inf], [-np.inf, 0.1]], np.float32)
    drawn = as_uint8(samples)
    assert drawn.dtype == np.uint8
    np.testing.assert_array_equal(drawn, [[0, 255], [0, 255], [0, 140]])
    assert np.isnan(samples[1, 0])  # the samples are left alone


def test_padded_puts_the_image_in_the_middle_of_black():
    data = Images("grey", np.arange(1, 13, dtype=np.uint8).reshape(2, 2, 3, 1), np.array([1, 0]), ("cat", "dog"))
    wide = data.padded(5, 6)
    assert wide.shape == (5, 6, 1)
    np.testing.assert_array_equal(wide.images[:, 1:3, 1:4], data.images)
    assert wide.images.sum() == data.images.sum()  # the rest is 0
    np.testing.assert_array_equal(wide.labels, [1, 0])
    assert wide.classes == ("cat", "dog")
    assert data.shape == (2, 3, 1)
    assert wide.examples([0])[0, 0, 0, 0] == -1


def test_floats_are_taken_as_they_are_and_padded_with_black():
    x = np.array([-1.0, -0.3, 0.7, 1.0], np.float32).reshape(1, 2, 2, 1)
    data = Images("floats", x)
    np.testing.assert_array_equal(data.examples([0]), x)
    data.examples([0])[:] = 9  # a copy
    np.testing.assert_array_equal(data.padded(4, 4).examples([0])[:, 1:3, 1:3], x)
    assert data.padded(4, 4).examples([0])[0, 0, 0, 0] == -1


def test_padded_does_not_crop(refused):
    data = Images("grey", np.zeros((1, 4, 4, 1), np.uint8))
    for size in ((3, 4), (4, 3)):
        with refused("grey", "4 x 4", f"{size[0]} x {size[1]}"):
            data.padded(*size)
    assert data.padded(4, 4).shape == (4, 4, 1)


def test_length_shape_and_repr():
    data = Images("photos", np.zeros((3, 4, 5, 3), np.uint8))
    assert len(data) == 3
    assert data.shape == (4, 5, 3)
    assert repr(data) == "Images('photos', 3 x 4 x 5 x 3)"


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((2, 3, 3), np.uint8),
        np.zeros((2, 3, 3, 1), np.float32),
        np.zeros((0, 3, 3, 1), np.uint8),
        np.zeros((2, 0, 3, 1), np.uint8),
    ],
    ids=lambda images: f"{images.dtype}{images.shape}",
)
def test_other_images_are_refused(images, refused):
    with refused("odd", "uint8 (N, H, W, C)", images.dtype, images.shape):
        Images("odd", images)


@pytest.mark.parametrize("labels", [np.zeros(3, np.int64), np.zeros(2, np.uint8), np.zeros((2, 1), np.int64)])
def test_other_labels_are_refused(labels, refused):
    with refused("odd", "int64 (2,)", labels.dtype, labels.shape):
        Images("odd", np.zeros((2, 3, 3, 1), np.uint8), labels)


def test_few_images_with_labels_and_test_images():
    rng = np.random.default_rng(0)
    pixels, labels = rng.integers(0, 256, (10, 4, 4, 1), dtype=np.uint8), np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
    test = Images("test", pixels[:1])
    images = Images("grey", pixels, labels, ("a", "b", "c"), lambda: test)
    few = images.few(4)
    assert (few.images == pixels[[0, 2, 5, 7]]).all()
    assert (list(few.labels), few.classes, few.held_out()) == ([0, 2, 2, 1], ("a", "b", "c"), test)
    assert few.fingerprint != images.fingerprint
    assert images.few(10).fingerprint == images.fingerprint
    one = images.labelled().few(1).examples([0])
    assert (one.x == images.examples([0])).all()
    assert (list(one.y), images.labelled().few(1).classes) == ([0], ("a", "b", "c"))
    assert images.few(1).labelled().fingerprint == images.labelled().few(1).fingerprint
    with pytest.raises(SettingError, match=r"^grey has 10 examples, got 11; ask for fewer$"):
        images.few(11)


def test_few_points():
    points = Points("mine", np.arange(12, dtype=np.float32).reshape(6, 2), np.array([0, 0, 0, 1, 1, 1]))
    few = points.few(3)
    assert few.points.tolist() == [[0, 1], [4, 5], [8, 9]]
    assert (few.labels.tolist(), few.classes) == ([0, 0, 1], ("0", "1"))
