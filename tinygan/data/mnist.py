"""MNIST (LeCun, Cortes, Burges 1998) and Fashion-MNIST (Xiao et al. 2017), from their IDX files, plain or .gz."""

from pathlib import Path

import numpy as np

from tinygan.data.files import check_split, locate
from tinygan.data.idx import read_idx
from tinygan.data.images import Images
from tinygan.errors import DataError

DIGITS = tuple("0123456789")
GARMENTS = (
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
_PREFIX = {"train": "train", "test": "t10k"}
DEBIAN = Path("/usr/share/datasets")  # where the package dataset-fashion-mnist puts its files


def mnist(data_dir: str | Path | None = None, split: str = "train") -> Images:
    """60,000 training and 10,000 test images of digits, 28 x 28 grey, white on black, with labels 0 to 9.

    A folder without the file of labels gives images without labels.
    Looks in data_dir/mnist, data_dir/MNIST/raw (torchvision's) and data_dir itself; without data_dir, in the first two
    under the folder that TINYGAN_DATA names, and under the cache.
    Raises DataError if files are missing or damaged.
    """
    return _load("mnist", data_dir, ("mnist", "MNIST/raw"), split, DIGITS)


def fashion_mnist(data_dir: str | Path | None = None, split: str = "train") -> Images:
    """Garments in MNIST's format: T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot.

    Looks in data_dir/fashion-mnist, data_dir/FashionMNIST/raw (torchvision's) and data_dir itself; without data_dir, in
    the first two under the folder that TINYGAN_DATA names, under the cache, and where Debian's dataset-fashion-mnist
    puts them. Raises DataError if files are missing or damaged.
    """
    folders = ("fashion-mnist", "FashionMNIST/raw", DEBIAN / "fashion-mnist")
    return _load("fashion-mnist", data_dir, folders, split, GARMENTS)


def _load(
    name: str, data_dir: str | Path | None, folders: tuple[str | Path, ...], split: str, classes: tuple[str, ...]
) -> Images:
    check_split(name, split)
    images_file, labels_file = f"{_PREFIX[split]}-images-idx3-ubyte", f"{_PREFIX[split]}-labels-idx1-ubyte"
    found = locate(name, data_dir, folders, [images_file], optional=[labels_file])
    images, labels = read_idx(found[images_file], ("N", 28, 28)), None
    if labels_file in found:
        labels = read_idx(found[labels_file], (len(images),)).astype(np.int64)
        if labels.max() > 9:
            raise DataError(f"{found[labels_file]}: expected labels 0 to 9, got {labels.max()}")
    return Images(name, images[..., np.newaxis], labels, classes)
