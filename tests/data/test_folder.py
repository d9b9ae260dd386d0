import struct
import warnings
import zlib

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


@pytest.mark.parametrize("mode", ["RGBA", "P", "1", "LA", "I;16", "CMYK", "I", "F"])
def test_other_modes_are_refused(tmp_path, mode, refused):
    name = "1.tif" if mode in ("CMYK", "I", "F") else "1.png"
    Image.new(mode, (4, 4)).save(tmp_path / name)
    with refused(tmp_path / name, f"mode {mode}", "RGB"):
        folder(tmp_path)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photographs_stand_upright_as_their_exif_data_say(tmp_path, ending, orientation):
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:8, :16] = 255  # upper left
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"lossless": True} if ending == "webp" else {"quality": 95} if ending == "jpg" else {}
    Image.fromarray(pixels).save(tmp_path / f"a.{ending}", exif=exif, **lossless)
    # EXIF 2.32, table 6: where row 0 and column 0 of what is stored belong
    turned = {
        1: pixels, 2: pixels[:, ::-1], 3: pixels[::-1, ::-1], 4: pixels[::-1],
        5: pixels.transpose(1, 0, 2), 6: np.rot90(pixels, -1), 7: pixels[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(pixels),
    }[orientation]  # fmt: skip
    [image] = folder(tmp_path).images
    assert image.shape == turned.shape
    np.testing.assert_allclose(image.astype(int), turned, atol=8)


def png_of_16_bits(colour):
    """A PNG of 2 x 2 pixels with 16 bits a channel, which Pillow reads and does not write; colour: its colour type."""
    channels = {0: 1, 2: 3}[colour]
    rows = b"".join(b"\0" + bytes(range(4 * channels)) for _ in range(2))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 2, 2, 16, colour, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part)) for kind, part in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def tiff_of_48_bits():
    """A TIFF of 2 x 2 RGB pixels with 16 bits a channel."""
    entries = [(256, 3, 1, 2), (257, 3, 1, 2), (258, 3, 3, 122), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 128)]
    entries += [(277, 3, 1, 3), (278, 3, 1, 2), (279, 4, 1, 24)]
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return (
        b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + bytes(4) + struct.pack("<3H", 16, 16, 16) + bytes(24)
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("48.png", png_of_16_bits(2), "16 bits"),
        ("16.png", png_of_16_bits(0), "16"),
        ("48.tif", tiff_of_48_bits(), "16 bits"),
        ("48.ppm", b"P6 2 2 65535\n" + bytes(24), "16 bits"),
        ("30.ppm", b"P6 2 2 1023\n" + bytes(24), "16 bits"),
    ],
)
def test_more_than_8_bits_a_channel_are_refused(tmp_path, name, content, says, refused):
    (tmp_path / name).write_bytes(content)
    with refused(tmp_path / name, says, "convert it first"):
        folder(tmp_path)


@pytest.mark.parametrize(("mode", "transparent"), [("L", 0), ("RGB", (0, 0, 0)), ("P", 0)])
def test_transparent_pixels_are_refused(tmp_path, mode, transparent, refused):
    Image.new(mode, (4, 4)).save(tmp_path / "1.png", transparency=transparent)
    with refused(tmp_path / "1.png", "mode P" if mode == "P" else "transparent", "convert it first"):
        folder(tmp_path)


def test_further_frames_are_refused_and_the_preview_of_a_photograph_is_not_one(tmp_path, refused):
    def save_two(name, kind):
        first, second = (Image.new("RGB", (8, 8), colour) for colour in ("white", "black"))
        first.save(tmp_path / name, format=kind, save_all=True, append_images=[second])

    save_two("1.jpg", "MPO")
    assert folder(tmp_path).images.min() > 250
    save_two("2.tif", "TIFF")
    with refused(tmp_path / "2.tif", "2 frames"):
        folder(tmp_path)


@pytest.mark.parametrize("maximum", [15, 255])
def test_few_bits_are_spread_over_all_8(tmp_path, maximum):
    (tmp_path / "1.pgm").write_bytes(b"P2 2 1 %d\n0 %d\n" % (maximum, maximum))
    assert folder(tmp_path).images.ravel().tolist() == [0, 255]


@pytest.mark.parametrize("keep", [0, 5, 40, 60])
def test_a_truncated_file_is_named(tmp_path, keep, refused):
    save(tmp_path / "1.png", picture((16, 16)))
    path = save(tmp_path / "2.png", picture((16, 16)))
    path.write_bytes(path.read_bytes()[:keep])
    with refused(path, "cannot be read as an image"):
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


@pytest.mark.parametrize("exif", [b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\0\x09"])
def test_damaged_exif_data_are_said_with_the_name_of_the_file(tmp_path, exif, refused):
    Image.new("RGB", (8, 4)).save(tmp_path / "1.jpg", exif=exif)
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # as outside of tests
        with refused(tmp_path / "1.jpg", "EXIF"):
            folder(tmp_path)


def test_a_name_of_two_lines_makes_a_message_of_one(tmp_path, refused):
    save(tmp_path / "a\nb/1.png", picture((4, 4))).write_bytes(b"")
    with refused("a\\nb/1.png: cannot be read"):
        folder(tmp_path)


def test_a_file_that_may_not_be_read_is_named_once(tmp_path, refused, monkeypatch):
    path = save(tmp_path / "1.png", picture((4, 4)))

    def closed(*_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Image, "open", closed)
    with refused(f"{path}: cannot be read as an image: Permission denied"):
        folder(tmp_path)
