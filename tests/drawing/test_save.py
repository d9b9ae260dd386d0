"""A picture is written in any of three formats, in one piece, and as the same bytes each time."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from tinygan.drawing.save import as_image, save_picture
from tinygan.errors import RunError, SettingError

HEADS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


def figure():
    made = Figure(figsize=(2, 1))
    made.add_subplot().plot([1, 2], label="a")
    return made


def image():
    return Image.fromarray(np.arange(200, dtype=np.uint8).reshape(10, 20))


@pytest.mark.parametrize("make", [figure, image])
@pytest.mark.parametrize("format", HEADS)
def test_a_picture_gives_the_same_bytes_each_time(make, format, tmp_path, monkeypatch):
    save_picture(tmp_path / f"a.{format}", make(), dpi=50)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")  # of another day
    save_picture(tmp_path / "b", make(), format, 50)
    first = (tmp_path / f"a.{format}").read_bytes()
    assert first[:5].startswith(HEADS[format])
    assert first == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(("dpi", "size"), [(100, (200, 100)), (300, (600, 300))])
def test_dpi_decides_the_pixels_of_a_figure_and_an_image_keeps_its_own(dpi, size, tmp_path):
    save_picture(tmp_path / "figure.png", figure(), dpi=dpi)
    save_picture(tmp_path / "image.png", image(), dpi=dpi)
    with Image.open(tmp_path / "figure.png") as made, Image.open(tmp_path / "image.png") as kept:
        assert made.size == size == as_image(figure(), dpi).size
        assert kept.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
        np.testing.assert_array_equal(kept, image())


def test_an_image_in_an_svg_is_as_large_as_its_pixels_are(tmp_path):
    save_picture(tmp_path / "a.svg", image(), dpi=40)
    text = (tmp_path / "a.svg").read_text()
    assert 'width="36pt" height="18pt"' in text  # half an inch, and a quarter
    assert "<image " in text


@pytest.mark.parametrize(("name", "format"), [("a.gif", None), ("a", None), ("a.png", "jpeg")])
def test_another_format_is_one_clear_line_and_leaves_nothing(name, format, tmp_path):
    with pytest.raises(SettingError, match=r"^a picture is written as png, svg or pdf, got '\w*'; choose one of them$"):
        save_picture(tmp_path / name, figure(), format)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"^cannot write .*file/a\.png: "):
        save_picture(tmp_path / "file/a.png", figure())
