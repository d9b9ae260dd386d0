"""The default data set, which comes with tinygan: a sixth of MNIST, in digits.npz beside this file."""

import numpy as np

from tinygan.data.files import check_split
from tinygan.data.images import Images
from tinygan.data.mnist import DIGITS


def digits(split: str = "train") -> Images:
    """10,000 training and 2,000 test images of digits, 28 x 28 grey, white on black, with labels 0 to 9.

    Every 6th of MNIST's training images and every 5th of its test images (images[::6], images[::5]), unchanged. So the
    sizes of the classes differ as MNIST's do.
    Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", 1998; licence CC BY-SA 3.0.
    """
    from importlib import resources  # 10 ms that only this function needs

    check_split("digits", split)
    with (
        resources.files("tinygan.data").joinpath("digits.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as npz,
    ):
        images, labels = npz[f"{split}_images"], npz[f"{split}_labels"]
    return Images("digits", images[..., np.newaxis], labels.astype(np.int64), DIGITS)
