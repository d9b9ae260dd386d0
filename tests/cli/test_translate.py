"""tinygan translate: images in, images out, and what is refused, each in one line and before anything is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PIL import Image

from tinygan import nn
from tinygan.autograd import Tensor
from tinygan.cli.translate import translate as command
from tinygan.recipes import Run
from tinygan.recipes.pix2pix import Pix2Pix
from tinygan.recipes.registry import RECIPES


class Plus:
    """An image made darker or lighter; grey of colour, and colour of grey."""

    def __init__(self, number, channels):
        self.number, self.channels = Tensor(np.float32([number])), channels

    def __call__(self, x):
        x = x[..., :1] if self.channels == 1 else x * np.ones(self.channels, np.float32)
        return x + self.number


@dataclass(frozen=True)
class OneWay(Pix2Pix):
    """G adds 0.1, so that a translation is known to the byte."""

    name: ClassVar[str] = "one-way"

    def networks(self, source: Any, rng: Any) -> Any:
        return nn.KeepInput(Plus(0.1, source.domains.b[-1])), None

    def rules(self) -> Any:
        return super().rules()[0], None


@dataclass(frozen=True)
class BothWays(OneWay):
    """G adds 0.1 on the way to b, and takes 0.2 away on the way to a."""

    name: ClassVar[str] = "both-ways"

    def examples(self, source: Any) -> Any:
        return source.unpaired()

    def networks(self, source: Any, rng: Any) -> Any:
        a, b = source.domains
        return nn.TwoWay(to_a=Plus(-0.2, a[-1]), to_b=Plus(0.1, b[-1])), None


@pytest.fixture
def made(tinygan, tmp_path, monkeypatch):
    """made("one-way", "edges-digits"): the folder of a run, of which nothing is trained."""
    for kind in (OneWay, BothWays):
        monkeypatch.setitem(RECIPES, kind.name, kind)

    def make(name, data="edges-digits"):
        Run(RECIPES[name](data=data, data_size=0 if data == "rings" else 20)).save(tmp_path / "run")
        return "run"

    return make


def image(path, channels=1, side=28, value=None):
    """A file with an image of noise, or of one grey, and its pixels."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, channels), dtype=np.uint8)
    if value is not None:
        pixels[:] = value
    Image.fromarray(pixels[..., 0] if channels == 1 else pixels).save(path)
    return pixels


def found(path):
    return np.asarray(Image.open(path)).astype(int)


def shifted(pixels, number):
    """The bytes of images that are lighter by `number` of the range from -1 to 1."""
    return np.rint(np.clip(pixels[..., 0] + 127.5 * number, 0, 255))


def test_a_folder_becomes_a_folder_of_png_files_with_the_same_names(tinygan, made, tmp_path):
    first, second = image("photos/a.png", value=10), image("photos/cats/b.bmp")
    Path("photos/notes.txt").write_text("no image")
    result = tinygan("translate", made("one-way"), "photos", "--out", "o")
    assert (result.code, result.err, result.out) == (0, "", "2 translations from a to b: o\n")
    assert sorted(str(path.relative_to("o")) for path in Path("o").rglob("*.*")) == ["a.png", "cats/b.png"]
    np.testing.assert_allclose(found("o/a.png"), shifted(first, 0.1), atol=1)
    np.testing.assert_allclose(found("o/cats/b.png"), shifted(second, 0.1), atol=1)


def test_one_image_goes_into_a_folder_of_the_run_without_out(tinygan, made):
    image("photo.png")
    made("one-way")
    for folder in ("run/translated", "run/translated-2"):
        assert tinygan("translate", "run/checkpoint.npz", "photo.png").out == f"1 translation from a to b: {folder}\n"
        assert found(f"{folder}/photo.png").shape == (28, 28)  # grey


def test_many_images_are_translated_in_parts(tinygan, made, monkeypatch):
    for name, number in {"CHUNK": 2, "MANY": 3}.items():
        monkeypatch.setitem(command.callback.__globals__, name, number)
    values = [10, 20, 30, 40, 50]
    for value in values:
        image(f"photos/{value}.png", value=value)
    result = tinygan("translate", made("one-way"), "photos", "--out", "o")
    assert (result.code, result.err) == (0, "")
    for value in values:
        np.testing.assert_allclose(found(f"o/{value}.png"), value + 12.75, atol=1)


def test_back_goes_the_other_way(tinygan, made):
    colour = image("photo.png", channels=3)
    grey = image("grey.png")
    run = made("both-ways", "edges-digits")
    assert tinygan("translate", run, "grey.png", "--out", "there").out == "1 translation from a to b: there\n"
    assert tinygan("translate", run, "grey.png", "--out", "back", "--back").out == "1 translation from b to a: back\n"
    np.testing.assert_allclose(found("there/grey.png"), shifted(grey, 0.1), atol=1)
    np.testing.assert_allclose(found("back/grey.png"), shifted(grey, -0.2), atol=1)
    run = made("one-way", "coloured-digits")
    result = tinygan("translate", run, "photo.png", "--out", "o")
    assert (result.code, found("o/photo.png").shape) == (0, (28, 28, 3))
    np.testing.assert_allclose(found("o/photo.png")[..., 2], shifted(colour[..., 2:], 0.1), atol=1)


def test_a_g_of_one_direction_has_no_way_back(tinygan, made):
    image("photo.png")
    result = tinygan("translate", made("one-way"), "photo.png", "--back")
    assert result.code == 2
    assert "goes one way; for the other way, train it with --set reverse=true" in result.err


REFUSED = {
    "a colour image": (("photos/b.png", 3), "photos/b.png: a colour image, but this one-way translates grey ones"),
    "another size": (("photos/b.png", 1, 32), "photos/b.png: 32 x 32 pixels, but this one-way translates 28 x 28 ones"),
    "two of a name": (("photos/a.bmp",), "photos/a.bmp and photos/a.png have one name"),
}


@pytest.mark.parametrize(("other", "words"), REFUSED.values(), ids=REFUSED)
def test_images_that_do_not_fit_are_named_and_nothing_is_written(tinygan, made, other, words):
    image("photos/a.png")
    image(*other)
    result = tinygan("translate", made("one-way"), "photos", "--out", "o")
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert words in result.err
    assert not Path("o").exists()


def test_a_translation_does_not_take_the_name_of_a_folder(tinygan, made):
    for path in ("photos/cat.jpg", "photos/cat.png/a.png"):
        image(path)
    result = tinygan("translate", made("one-way"), "photos", "--out", "o")
    assert (result.code, result.out) == (1, "")
    assert result.err == "photos/cat.jpg would become cat.png, which is a folder of images; rename one\n"
    assert not Path("o").exists()


def test_a_file_in_the_place_of_a_folder_of_translations(tinygan, made):
    for path in ("photos/a.png", "photos/cats/b.png", "o/cats.png"):
        image(path)
    Path("o/cats.png").rename("o/cats")
    result = tinygan("translate", made("one-way"), "photos", "--out", "o")
    assert (result.code, result.out) == (2, "")
    assert result.err == "o/cats is a file, but a folder of translations has its name; move it\n"
    assert [path.name for path in Path("o").iterdir()] == ["cats"]


def test_of_translations_that_do_not_fit_on_the_disk_none_is_left(tinygan, made, monkeypatch):
    """The third image meets a full disk."""
    for name in "abcd":
        image(f"photos/{name}.png")
    save = Image.Image.save

    def full(self, file, *more):
        if "c.png" in file.name:
            raise OSError(28, "No space left on device")
        save(self, file, *more)

    run = made("one-way")
    monkeypatch.setattr(Image.Image, "save", full)
    result = tinygan("translate", run, "photos", "--out", "o")
    assert (result.code, result.out, result.err) == (1, "", "cannot write o/c.png: No space left on device\n")
    assert list(Path("o").iterdir()) == []


def test_a_grey_image_where_colours_are_expected(tinygan, made):
    image("photo.png")
    result = tinygan("translate", made("one-way", "coloured-digits"), "photo.png")
    assert "photo.png: a grey image, but this one-way translates colour ones; convert it first" in result.err
    assert not Path("run/translated").exists()


def test_an_unreadable_image_is_named(tinygan, made):
    image("photos/a.png")
    Path("photos/b.png").write_bytes(b"no image")
    result = tinygan("translate", made("one-way"), "photos", "--out", "o")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "photos/b.png: cannot be read as an image" in result.err
    assert not Path("o").exists()


PLACES = {
    "nothing there": (("none",), 1, "no folder, or image, none"),
    "no images": (("empty",), 1, "no images in empty"),
    "among the images": (("photos", "--out", "photos/o"), 2, "--out photos/o lies in photos, whose images are read"),
    "the folder itself": (("photos", "--out", "photos"), 2, "choose a folder elsewhere"),
    "a file": (("photos", "--out", "file"), 2, "--out names a folder, got 'file', a file"),
    "what is there": (("photos", "--out", "taken"), 2, "taken/a.png exists; move it, or choose another folder"),
    "the empty string": (("photos", "--out", ""), 2, "a path is expected, got nothing"),
}


@pytest.mark.parametrize(("words", "code", "error"), PLACES.values(), ids=PLACES)
def test_places_that_do_not_fit_are_one_line(tinygan, made, words, code, error):
    made("one-way")
    image("photos/a.png")
    kept = image("taken/a.png", value=7)
    Path("empty").mkdir()
    Path("file").write_text("")
    result = tinygan("translate", "run", *words)
    assert (result.code, result.out, result.err.count("\n")) == (code, "", 1)
    assert error in result.err
    assert (found("taken/a.png") == kept[..., 0]).all()
    assert not Path("run/translated").exists()


@pytest.mark.usefixtures("sketched")
def test_a_run_that_does_not_translate_images_says_so(tinygan, tiny, made):
    image("photo.png")
    tinygan(*tiny, "--iterations", 2, "--out", "line")
    result = tinygan("translate", "line", "photo.png")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "recipe 'gan-1d' translates nothing: its G makes samples of noise; use tinygan sample" in result.err
    result = tinygan("translate", made("both-ways", "rings"), "photo.png")
    assert (result.code, result.err) == (2, "the examples of rings are points, and translate takes images\n")
    assert tinygan("translate", "nowhere", "photo.png").err == "no checkpoint at nowhere/checkpoint.npz\n"
    assert "Did you mean 'translate'?" in tinygan("translat", "line", "photo.png").err


def test_the_training_data_are_not_needed(tinygan, made, tmp_path, monkeypatch):
    """A run on files, which are gone."""
    for side in ("a", "b"):
        image(f"data/{side}.png", side=56)
    for path in Path("data").iterdir():
        Image.fromarray(np.asarray(Image.open(path))[:28]).save(path)  # 28 x 56: two images side by side
    run = Run(OneWay(data="paired-folder"), data_dir="data")
    run.save(tmp_path / "run")
    for path in Path("data").iterdir():
        path.unlink()
    pixels = image("photo.png")
    assert tinygan("translate", "run", "photo.png", "--out", "o").code == 0
    np.testing.assert_allclose(found("o/photo.png"), shifted(pixels, 0.1), atol=1)


def test_evaluate_measures_translations_and_explains_them(tinygan, made):
    made("both-ways")
    result = tinygan("evaluate", "run", "--samples", 20)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("run: both-ways on edges-digits, iteration 0\n measure")
    for words in ("translations", "L1 error of b", "L1 error of the mean a", "sharpness of b", "cycle error of a"):
        assert words in result.out
    assert "data: true held-out images in the translations' place" in result.out
    assert "data of classes: the classifier's accuracy" in result.out
    for option in ("--neighbours", "--truncation-curve"):
        refused = tinygan("evaluate", "run", option, "n.png")
        assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "a conditional G" in tinygan("evaluate", "run", "--gan-train").err
