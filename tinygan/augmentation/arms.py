"""The arms of the experiment: the images that a classifier is trained on, beside n real ones of each class."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tinygan.augmentation.movement import moved
from tinygan.data import Dataset
from tinygan.nn import Labelled
from tinygan.nn.minibatch import concatenated


class Arm(NamedTuple):
    """The images that the classifier of an arm is trained on.

    words: its row of the table.   moves: whether all images are shifted and rotated at random.
    generator: whose samples it gets beside the real images: "same", the GAN that was trained on the same images with
    their labels, or "more", the GAN that was trained on all images without labels; "" if it gets none.
    teacher: the arm whose classifier gives labels to images that have none.
    pool: whether the images without labels are all training images, and not samples.
    """

    words: str
    moves: bool = False
    generator: str = ""
    teacher: str = ""
    pool: bool = False


ARMS = {
    "none": Arm("real images alone"),
    "shifts": Arm("shifts and rotations", moves=True),
    "gan-same": Arm("GAN on the same images", generator="same"),
    "gan-more": Arm("GAN on all images, unlabelled", generator="more", teacher="none"),
    "both": Arm("shifts and rotations, and that GAN", moves=True, generator="more", teacher="shifts"),
    "unlabelled": Arm("all images, unlabelled, no GAN", teacher="none", pool=True),
}


def minibatches(
    real: Dataset, added: Dataset | None, moves: bool, rng: np.random.Generator
) -> Callable[[int], Labelled]:
    """data(m) for a classifier: m images of `real`, or half of them and half of `added`.

    real, added: with labels.   moves: whether they are shifted and rotated.   rng: of all random numbers.
    """
    order, other, movement = rng.spawn(3)
    first = real.labelled().stream(order)
    second = None if added is None else added.labelled().stream(other)

    def data(m: int) -> Labelled:
        found = first(m) if second is None else concatenated([first(m - m // 2), second(m // 2)])
        return Labelled(moved(found.x, movement), found.y) if moves else found

    return data


def few_of_each(source: Dataset, n: int, seed: int) -> Dataset:
    """n images of each class, drawn with `seed`. Those for a smaller n with the same seed are among them."""
    assert source.labels is not None
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(np.flatnonzero(source.labels == label))[:n] for label in range(len(source.classes))]
    return source.taken(np.sort(np.concatenate(drawn)))
