"""The catalogue, loading by name, the digits that come with the package, and what importing it costs."""

import hashlib
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tinygan.data import Images, absolute, catalogue, load
from tinygan.errors import SettingError

FROM_FILES = ["mnist", "fashion-mnist", "cifar10", "stacked-mnist", "folder"]
NEEDS_NO_FILES = [
    "digits",
    "stacked-digits",
    "gaussian",
    "mixture",
    "overlapping",
    "ring",
    "grid",
    "moons",
    "swiss-roll",
    "rings",
]
DOMAINS = ["paired-folder", "two-folders"]
NAMES = ["digits", *FROM_FILES[:3], "stacked-digits", *FROM_FILES[3:], *NEEDS_NO_FILES[2:], *DOMAINS]
OF_OTHERS = ["edges-SET", "inverted-SET", "rotated-SET", "coloured-SET", "SET+SET"]


def test_the_catalogue_names_every_set():
    assert [name for name, *_ in catalogue()] == [*NAMES, *OF_OTHERS]
    assert all(description and origin for _, description, _, origin in catalogue())


@pytest.mark.parametrize("name", NEEDS_NO_FILES)
def test_sets_without_files_load_by_name_and_ignore_a_data_dir(name, tmp_path):
    shapes = {entry.name: entry.shape for entry in catalogue()}
    for data_dir in (None, tmp_path / "nowhere"):
        data = load(name, data_dir=data_dir)
        assert data.name == name
        assert data.shape == shapes[name]


@pytest.mark.parametrize("name", FROM_FILES)
def test_sets_with_files_look_in_the_data_dir(name, tmp_path, refused):
    with refused(name.removeprefix("stacked-"), tmp_path):
        load(name, data_dir=tmp_path)


def test_loaded_images_are_those_of_the_files(tmp_path, write_idx):
    pictures = np.arange(2 * 784, dtype=np.int64).reshape(2, 28, 28).astype(np.uint8)
    write_idx(tmp_path / "t10k-images-idx3-ubyte", pictures)
    write_idx(tmp_path / "t10k-labels-idx1-ubyte", np.array([1, 2], np.uint8))
    for name in ("mnist", "fashion-mnist"):
        data = load(name, data_dir=tmp_path, split="test")
        assert data.name == name
        np.testing.assert_array_equal(data.images[..., 0], pictures)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("mnst", "mnist"),
        ("Digits", "digits"),
        ("swissroll", "swiss-roll"),
        ("fashion_mnist", "fashion-mnist"),
        ("edge-digits", "edges-digits"),
        ("colored-mnist", "coloured-mnist"),
    ],
)
def test_an_unknown_name_says_what_may_be_meant(name, meant):
    with pytest.raises(SettingError, match=re.escape(f"No such data set {name!r}. Did you mean {meant!r}?")):
        load(name)


def test_a_name_like_no_other_lists_them_all():
    with pytest.raises(SettingError, match="No such data set 'qqq'") as error:
        load("qqq")
    assert all(name in str(error.value) for name in NAMES)


@pytest.mark.parametrize(
    ("split", "n", "first", "images"),
    [("train", 10_000, 5, "61f83fe388c7ffc7"), ("test", 2_000, 7, "f0d1250f0e1c81ed")],
)
def test_the_embedded_digits_are_every_6th_and_every_5th_of_mnist(split, n, first, images):
    data = load("digits", split=split)
    assert isinstance(data, Images)
    assert data.images.shape == (n, 28, 28, 1)
    assert data.labels.shape == (n,)
    assert data.labels[0] == first
    assert hashlib.sha256(data.images.tobytes()).hexdigest().startswith(images)
    share = np.bincount(data.labels, minlength=10) / n
    assert len(share) == 10
    assert share.min() > 0.075
    assert share.max() < 0.125


def test_the_first_embedded_digit_is_mnists_first():
    first = load("digits").images[0].tobytes()
    assert hashlib.sha256(first).hexdigest().startswith("23ceaef5eb61f0e7")


@pytest.mark.parametrize("name", ["images", "points"])
def test_data_that_a_program_gave_are_asked_for_again(name, refused):
    with refused(name, "Run.load(folder, data=X)"):
        load(name)


def test_files_beyond_the_memory_say_so_and_give_no_advice_on_networks(tmp_path, monkeypatch, refused):
    Image.new("L", (4, 4)).save(tmp_path / "1.png")

    def no_memory(*args):
        raise MemoryError

    monkeypatch.setattr(np, "empty", no_memory)
    with refused("folder: ", "memory", "use fewer"):
        load("folder", data_dir=tmp_path)


def test_test_images_are_found_and_have_the_size_of_the_others(tmp_path, refused):
    for place, side in (("train", 4), ("test", 5)):
        (tmp_path / place).mkdir()
        Image.new("L", (side, 4)).save(tmp_path / place / "1.png")
    with refused("folder", "test images of 4 x 5 x 1 beside training images of 4 x 4 x 1"):
        load("folder", data_dir=tmp_path).held_out()
    Image.new("L", (4, 4), 7).save(tmp_path / "test" / "1.png")
    assert load("folder", data_dir=tmp_path).held_out().images.max() == 7


def test_images_without_a_test_split_say_so_when_they_are_asked_for(tmp_path, refused):
    Image.new("L", (4, 4)).save(tmp_path / "1.png")
    photos = load("folder", data_dir=tmp_path)
    with refused("no folder", tmp_path / "test"):
        photos.held_out()


def test_a_test_set_and_a_density_hold_nothing_out():
    digits = load("digits")
    assert len(digits.held_out()) == 2000
    assert digits.held_out().held_out() is None
    assert digits.padded(32, 32).held_out().shape == (32, 32, 1)
    assert load("ring").held_out() is None


CLASSES = {
    "digits": tuple("0123456789"),
    "ring": ("0°", "45°", "90°", "135°", "180°", "225°", "270°", "315°"),
    "mixture": ("mean -2", "mean 2"),
    "gaussian": ("mean 4",),
    "moons": (),
    "swiss-roll": (),
}


@pytest.mark.parametrize("name", CLASSES)
def test_a_source_names_its_classes_and_describes_itself_in_a_line(name):
    source = load(name)
    assert source.classes == CLASSES[name]
    assert "\n" not in source.describe()
    if source.classes:
        assert source.labelled().classes == source.classes
        words = "in 1 class" if name == "gaussian" else f"in {len(source.classes)} classes"
        assert source.labelled().describe().endswith(f" {words}")


def test_digits_and_ring_in_words():
    assert load("digits").describe() == "10,000 images of 28 x 28 x 1 in 10 classes"
    said = "Ring(modes=8, radius=1.0, std=0.01), a density on R^2, sampled afresh"
    assert load("ring").describe() == said
    assert load("ring").labelled().describe() == f"{said}, in 8 classes"
    grid = load("grid")
    assert (len(grid.classes), grid.classes[0], grid.classes[12]) == (25, "(-4, -4)", "(0, 0)")


def test_files_name_the_classes(tmp_path, write_idx):
    images, labels = np.zeros((2, 28, 28), np.uint8), np.array([9, 0], np.uint8)
    for prefix, count in (("train", 2), ("t10k", 1)):
        write_idx(tmp_path / f"{prefix}-images-idx3-ubyte", images[:count])
        write_idx(tmp_path / f"{prefix}-labels-idx1-ubyte", labels[:count])
    garments = load("fashion-mnist", data_dir=tmp_path)
    assert garments.classes[garments.labels[0]] == "ankle boot"
    assert garments.held_out().classes == garments.classes  # of ten, though one image is of one
    assert load("mnist", data_dir=tmp_path).classes == tuple("0123456789")


def test_a_folders_classes_are_its_sub_folders(tmp_path):
    for place in ("train/cat", "train/dog", "test/dog", "test/ant"):
        (tmp_path / place).mkdir(parents=True)
        Image.new("L", (4, 4)).save(tmp_path / place / "1.png")
    photos = load("folder", data_dir=tmp_path)
    assert photos.classes == ("cat", "dog")
    assert photos.held_out().classes == ("cat", "dog", "ant")
    assert photos.held_out().labels.tolist() == [2, 1]
    assert photos.describe() == "2 images of 4 x 4 x 1 in 2 classes"


def test_other_splits_of_the_digits_are_refused(refused):
    with refused("digits", "'valid'", "train or test"):
        load("digits", split="valid")


def test_importing_the_package_loads_no_heavy_library():
    program = "import sys, tinygan.data; print(sorted({'PIL', 'matplotlib', 'scipy'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"


def test_no_name_is_no_folder_of_data():
    for ask in (lambda: load("mnist", data_dir=""), lambda: load("ring", data_dir=""), lambda: absolute("")):
        with pytest.raises(SettingError, match="--data-dir names a folder, got ''"):
            ask()
