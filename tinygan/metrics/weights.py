"""The weights of the packaged classifiers: float16 arrays beside this file, checked against their SHA-256.

`python -m tinygan.metrics.make_weights` has made them. `weights.json` holds, for each file, how it was made, its hash,
and its accuracy on the 10,000 test images.
"""

import hashlib
import io
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.data import Source
from tinygan.errors import DataError

SHAPE = (28, 28, 1)
FILES = {"digits": "mnist", "mnist": "mnist", "fashion-mnist": "fashion-mnist"}  # digits are a sixth of MNIST


def fit(source: Source) -> bool:
    """Whether there are weights for the source: by its name, the shape of its images, and the number of its classes."""
    return source.name in FILES and source.shape == SHAPE and len(source.classes) == 10


def facts() -> dict[str, dict[str, Any]]:
    """By data set: seed, iterations, m, the accuracy on the test images, and the SHA-256 of the file."""
    return json.loads(_bytes("weights.json"))


def load(name: str) -> dict[str, NDArray[np.float32]]:
    """The weights of the classifier for the data set `name`, by path. Raises DataError if their file is damaged."""
    kept = FILES[name]
    content = _bytes(f"{kept}.npz")
    if hashlib.sha256(content).hexdigest() != facts()[kept]["sha256"]:
        raise DataError(f"the weights of the {name} classifier, {kept}.npz, are damaged; install tinygan again")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {path: arrays[path].astype(np.float32) for path in arrays}


def _bytes(file: str) -> bytes:
    """The content of a file of this folder. Raises DataError if it is missing."""
    from importlib import resources  # 10 ms that only this function needs

    try:
        return resources.files("tinygan.metrics").joinpath(file).read_bytes()
    except OSError:
        raise DataError(f"the classifier's file {file} is missing; install tinygan again") from None
