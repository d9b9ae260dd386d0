import gzip
import math
import struct
import tracemalloc

import numpy as np
import pytest

from tinygan.data import mnist as module
from tinygan.data.mnist import fashion_mnist, mnist

PREFIX = {"train": "train", "test": "t10k"}


@pytest.fixture
def put(write_idx):
    """put(folder, split, images, labels, ending): the two files of a split."""

    def write(folder, images, labels, split="train", ending=""):
        write_idx(folder / f"{PREFIX[split]}-images-idx3-ubyte{ending}", images)
        write_idx(folder / f"{PREFIX[split]}-labels-idx1-ubyte{ending}", labels)

    return write


def pictures(n, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, 28, 28), dtype=np.uint8)


LABELS = np.array([9, 0, 3], np.uint8)

places = pytest.mark.parametrize(
    ("load", "place"),
    [
        (mnist, "."),
        (mnist, "mnist"),
        (mnist, "MNIST/raw"),
        (fashion_mnist, "."),
        (fashion_mnist, "fashion-mnist"),
        (fashion_mnist, "FashionMNIST/raw"),
    ],
)


@places
@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_both_sets_are_found_in_every_place_plain_or_gzipped(tmp_path, put, load, place, ending, split):
    put(tmp_path / place, pictures(3), LABELS, split, ending)
    data = load(tmp_path, split)
    assert data.name == {mnist: "mnist", fashion_mnist: "fashion-mnist"}[load]
    assert data.shape == (28, 28, 1)
    np.testing.assert_array_equal(data.images[..., 0], pictures(3))
    np.testing.assert_array_equal(data.labels, LABELS)
    assert data.labels.dtype == np.int64


def test_each_set_takes_its_own_sub_folder(tmp_path, put):
    put(tmp_path / "mnist", pictures(3, seed=1), LABELS)
    put(tmp_path / "fashion-mnist", pictures(3, seed=2), LABELS)
    np.testing.assert_array_equal(mnist(str(tmp_path)).images[..., 0], pictures(3, seed=1))
    np.testing.assert_array_equal(fashion_mnist(str(tmp_path)).images[..., 0], pictures(3, seed=2))


def test_a_sub_folder_of_the_sets_name_goes_before_the_folder_itself(tmp_path, put):
    put(tmp_path, pictures(3, seed=1), LABELS)
    put(tmp_path / "fashion-mnist", pictures(3, seed=2), LABELS)
    np.testing.assert_array_equal(mnist(tmp_path).images[..., 0], pictures(3, seed=1))
    np.testing.assert_array_equal(fashion_mnist(tmp_path).images[..., 0], pictures(3, seed=2))


def test_splits_are_kept_apart(tmp_path, put):
    put(tmp_path, pictures(3, seed=1), LABELS, "train")
    put(tmp_path, pictures(2, seed=2), LABELS[:2], "test")
    assert len(mnist(tmp_path)) == 3
    assert len(mnist(tmp_path, "test")) == 2


def test_without_a_data_dir_the_debian_package_is_used(tmp_path, put, monkeypatch):
    monkeypatch.setattr(module, "DEBIAN", tmp_path)
    put(tmp_path / "fashion-mnist", pictures(3), LABELS, ending=".gz")
    np.testing.assert_array_equal(fashion_mnist().images[..., 0], pictures(3))


def test_missing_files_say_where_was_looked_and_what_to_do(tmp_path, monkeypatch, refused):
    monkeypatch.setattr(module, "DEBIAN", tmp_path / "debian")
    with refused("mnist: ", tmp_path / "mnist", tmp_path / "MNIST/raw", "--data-dir DIR", "--data digits"):
        mnist(tmp_path)
    with refused("mnist: ", "--data-dir DIR", "--data digits"):
        mnist()
    with refused("train-images-idx3-ubyte", tmp_path / "debian/fashion-mnist", "--data-dir DIR", "--data digits"):
        fashion_mnist()
    with refused("t10k-images-idx3-ubyte"):
        mnist(tmp_path, "test")


def test_a_folder_without_its_images_is_refused(tmp_path, put, refused):
    put(tmp_path, pictures(3), LABELS)
    (tmp_path / "train-images-idx3-ubyte").unlink()
    with refused(tmp_path, "lacks train-images-idx3-ubyte"):
        mnist(tmp_path)


def test_without_the_file_of_labels_there_are_images(tmp_path, put):
    put(tmp_path, pictures(3), LABELS)
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    data = mnist(tmp_path)
    np.testing.assert_array_equal(data.images[..., 0], pictures(3))
    assert data.labels is None


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("between", [".", "-"])
@pytest.mark.parametrize("ending", ["", ".gz", ".GZ"])
def test_names_as_archives_unpack_them(tmp_path, write_idx, split, between, ending):
    name = f"{PREFIX[split]}-images{between}idx3-ubyte"
    write_idx(tmp_path / (name + ending.lower()), pictures(3)).rename(tmp_path / (name + ending))
    write_idx(tmp_path / f"{PREFIX[split]}-labels.idx1-ubyte", LABELS)
    (tmp_path / f"{PREFIX[split]}-images-idx3-ubyte-parts").mkdir()
    data = mnist(tmp_path, split)
    np.testing.assert_array_equal(data.images[..., 0], pictures(3))
    np.testing.assert_array_equal(data.labels, LABELS)


def test_a_folder_with_the_name_of_the_file_is_passed_over(tmp_path, write_idx):
    write_idx(tmp_path / "train-images-idx3-ubyte/train-images-idx3-ubyte", pictures(2, seed=1))
    write_idx(tmp_path / "train-images.idx3-ubyte", pictures(3))
    assert len(mnist(tmp_path)) == 3


@pytest.mark.parametrize("kind", ["images", "labels"])
def test_a_file_of_another_shape_is_refused_by_its_header(tmp_path, put, kind, refused):
    put(tmp_path, pictures(3), LABELS)
    path = tmp_path / f"train-{kind}-idx{3 if kind == 'images' else 1}-ubyte"
    sizes = (70, 5000, 5000) if kind == "images" else (1_750_000_000,)
    with path.open("wb") as file:  # as long as it says, and never read
        file.write(struct.pack(f">4B{len(sizes)}I", 0, 0, 8, len(sizes), *sizes))
        file.truncate(4 + 4 * len(sizes) + math.prod(sizes))
    tracemalloc.start()
    try:
        with refused(path, "header declares", str(sizes)):
            mnist(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("images", "labels", "parts"),
    [
        (pictures(3), LABELS[:2], ["labels-idx1-ubyte", "(3,)", "(2,)"]),
        (pictures(3), np.array([0, 10, 2], np.uint8), ["labels-idx1-ubyte", "0 to 9", "10"]),
        (pictures(3), LABELS.astype(np.int32), ["labels-idx1-ubyte", "int32"]),
        (pictures(3), LABELS[:, np.newaxis], ["labels-idx1-ubyte", "(3, 1)"]),
        (pictures(3)[:, :27], LABELS, ["images-idx3-ubyte", "(N, 28, 28)", "(3, 27, 28)"]),
        (pictures(3)[0], LABELS, ["images-idx3-ubyte", "(28, 28)"]),
        (pictures(3).astype(np.float32), LABELS, ["images-idx3-ubyte", "float32"]),
    ],
)
def test_files_that_are_not_mnist_are_refused(tmp_path, put, images, labels, parts, refused):
    put(tmp_path, images, labels)
    with refused(tmp_path, *parts):
        mnist(tmp_path)


def test_a_damaged_file_is_named(tmp_path, put, refused):
    put(tmp_path, pictures(3), LABELS, ending=".gz")
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(b"<html>404 Not Found</html>"))
    with refused(path, "no IDX file"):
        mnist(tmp_path)


def test_other_splits_are_refused(tmp_path, refused):
    with refused("mnist", "'valid'", "train or test"):
        mnist(tmp_path, "valid")
