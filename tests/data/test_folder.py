import numpy as np
import pytest
from PIL import Image

from tinygan.data import folder as module
from tinygan.data.folder import folder


def picture(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3)])
def test_images_in_the_order_of_their_names(tmp_path, shape):
    for seed, name in enumerate(["b.png", "a.bmp", "c.PNG"]):
        save(tmp_path / name, picture(shape, seed))
    (tmp_path / "readme.txt").write_text("not an image")
    (tmp_path / "._a.png").write_bytes(b"what macOS leaves behind")
    data = folder(tmp_path)
    assert data.shape == (4, 6, 3 if len(shape) == 3 else 1)
    assert data.labels is None
    expected = np.stack([picture(shape, seed) for seed in (1, 0, 2)])
    np.testing.assert_array_equal(data.images, expected.reshape(data.images.shape))


def test_jpeg_is_read(tmp_path):
    save(tmp_path / "a.jpg", np.full((8, 8, 3), 200, np.uint8))
    np.testing.assert_allclose(folder(str(tmp_path)).images, 200, atol=3)


def test_sub_folders_are_labels(tmp_path):
    save(tmp_path / "dog/1.png", picture((4, 4), 0))
    save(tmp_path / "cat/2.png", picture((4, 4), 1))
    save(tmp_path / "cat/1.png", picture((4, 4), 2))
    (tmp_path / "empty").mkdir()
    data = folder(tmp_path)
    np.testing.assert_array_equal(data.images[..., 0], [picture((4, 4), seed) for seed in (2, 1, 0)])
    np.testing.assert_array_equal(data.labels, [0, 0, 1])


def test_train_and_test_are_splits(tmp_path, refused):
    save(tmp_path / "train/cat/1.png", picture((4, 4), 0))
    with refused(tmp_path / "test", "no folder", "sub-folder"):
        folder(tmp_path, "test")
    save(tmp_path / "test/cat/1.png", picture((4, 4), 1))
    np.testing.assert_array_equal(folder(tmp_path).images[0, ..., 0], picture((4, 4), 0))
    np.testing.assert_array_equal(folder(tmp_path, "test").images[0, ..., 0], picture((4, 4), 1))


def test_a_folder_without_splits_has_no_test_images(tmp_path, refused):
    save(tmp_path / "1.png", picture((4, 4)))
    with refused(tmp_path / "test", "no folder"):
        folder(tmp_path, "test")
    with refused("'dev'"):
        folder(tmp_path, "dev")


@pytest.mark.parametrize(
    ("odd", "says"),
    [((4, 5), "4 x 5 L"), ((5, 4), "5 x 4 L"), ((4, 4, 3), "4 x 4 RGB")],
    ids=["width", "height", "mode"],
)
def test_the_first_odd_file_is_named_with_both_sizes(tmp_path, odd, says, refused):
    save(tmp_path / "1.png", picture((4, 4)))
    save(tmp_path / "2.png", picture(odd))
    save(tmp_path / "3.png", picture((9, 9)))
    with refused(tmp_path / "2.png", says, "1.png is 4 x 4 L"):
        folder(tmp_path)


@pytest.mark.parametrize("mode", ["RGBA", "P", "1", "LA", "I;16"])
def test_other_modes_are_refused(tmp_path, mode, refused):
    Image.new(mode, (4, 4)).save(tmp_path / "1.png")
    with refused(tmp_path / "1.png", f"mode {mode}", "RGB"):
        folder(tmp_path)


@pytest.mark.parametrize("keep", [0, 5, 40, 60])
def test_a_truncated_file_is_named(tmp_path, keep, refused):
    save(tmp_path / "1.png", picture((16, 16)))
    path = save(tmp_path / "2.png", picture((16, 16)))
    path.write_bytes(path.read_bytes()[:keep])
    with refused(path, "cannot be read as an image"):
        folder(tmp_path)


def test_a_folder_named_like_an_image_is_refused(tmp_path, refused):
    (tmp_path / "a.png").mkdir()
    with refused(tmp_path / "a.png", "cannot be read as an image"):
        folder(tmp_path)


@pytest.mark.parametrize("side", [5, 8])  # PIL warns beyond its bound, and raises beyond twice
def test_a_decompression_bomb_is_refused(tmp_path, side, monkeypatch, refused):
    save(tmp_path / "bomb.png", picture((side, side)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20)
    with refused(tmp_path / "bomb.png", "cannot be read", f"{side * side} pixels"):
        folder(tmp_path)


def test_more_than_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch, refused):
    for i in range(3):
        save(tmp_path / f"{i}.png", picture((4, 4)))
    (tmp_path / "3.png").write_bytes(b"would be refused, were it read")
    monkeypatch.setattr(module, "LIMIT", 63)
    with refused(tmp_path, "4 images of 4 x 4 L", "63 bytes"):
        folder(tmp_path)


def test_what_is_no_folder_of_images_is_refused(tmp_path, refused):
    with refused("--data-dir DIR"):
        folder(None)
    with refused(tmp_path / "nowhere", "no folder"):
        folder(tmp_path / "nowhere")
    with refused(tmp_path, "no images", ".png"):
        folder(tmp_path)
    save(tmp_path / "1.png", picture((4, 4)))
    save(tmp_path / "cat/1.png", picture((4, 4)))
    with refused(tmp_path, "beside sub-folders"):
        folder(tmp_path)
