"""A small convolutional classifier of images, trained on the training images, to classify samples.

It is independent of the generator whose samples it classifies. Its accuracy on test images says how far to trust it.
"""

from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan import nn
from tinygan.algorithms import maximize_likelihood
from tinygan.data import Dataset, Images
from tinygan.errors import DataError
from tinygan.networks.layers import leaky_relu
from tinygan.nn import Labelled
from tinygan.objectives import CrossEntropy
from tinygan.optim import Optimizer, adam, linear

M, ITERATIONS = 64, 1500  # 10 epochs of the embedded digits
SHIFT = 2  # pixels by which each training image is moved at most: it saves a fifth of the errors
WIDTH, UNITS = 16, 128  # channels of the first convolution, units of the dense layer
LEAST = 8  # pixels a side; smaller images have no convolutions
CHUNK = 500  # images that are classified at a time


class Classifier:
    """A function from images to labels. The same source and seed give the same classifier on one machine.

    source: images with labels.   Raises DataError if the examples are no images, SettingError if they have no labels.
    """

    def __init__(self, source: Dataset, seed: int = 0):
        if not source.has_images:
            raise DataError(f"a classifier needs images, got {source.name}, whose examples have shape {source.shape}")
        examples = source.labelled()
        rng, data_rng = np.random.default_rng(seed).spawn(2)
        data = examples.stream(data_rng)

        def shifted(m: int) -> Labelled:
            x, y = data(m)
            return Labelled(_shifted(x, rng), y)

        self.network = nn.frozen(train_classifier(shifted, source.shape, len(source.classes), rng))

    def __call__(self, images: Any) -> NDArray[np.int64]:
        """The label of each image, (n,); uint8 (n, H, W, C), or float32 from -1 to 1."""
        return labels_of(self.network, Images("samples", images))


def labels_of(network: Any, images: Images) -> NDArray[np.int64]:
    """The label of each image by a network of `train_classifier`, (n,)."""
    parts = np.array_split(np.arange(len(images)), -(-len(images) // CHUNK))
    network = nn.frozen(network)
    return np.concatenate([np.argmax(network(images.examples(part)), axis=1) for part in parts])


def train_classifier(
    data: Any, shape: tuple[int, ...], classes: int, rng: np.random.Generator, iterations: int = ITERATIONS
) -> Any:
    """A network from images of `shape` to a score for each class, after so many minibatches of `data`.

    data(m): Labelled(images, labels).   rng: of the initial weights.
    """
    network = network_for(shape, classes, rng)
    optimizer = Optimizer(adam(linear(2e-3, 0.0, iterations), beta1=0.9))
    steps = maximize_likelihood(network, CrossEntropy(), optimizer, noise=lambda m: None, data=data, m=M)
    for step in islice(steps, iterations):
        network = step.G
    return network


def _shifted(x: NDArray, rng: np.random.Generator) -> NDArray:
    """Images (m, H, W, C), each moved at random by at most SHIFT pixels or an eighth of a side; the gap is black."""
    m, height, width, _ = x.shape
    most = min(SHIFT, height // 8, width // 8)
    wide = np.pad(x, ((0, 0), (most, most), (most, most), (0, 0)), constant_values=-1)
    top, left = rng.integers(0, 2 * most + 1, (2, m, 1))
    rows, columns = top + np.arange(height), left + np.arange(width)  # (m, H), (m, W)
    return wide[np.arange(m)[:, np.newaxis, np.newaxis], rows[:, :, np.newaxis], columns[:, np.newaxis]]


def network_for(shape: tuple[int, ...], classes: int, rng: np.random.Generator) -> nn.Sequential:
    """Images to a score for each class: two convolutions that halve the sides, and two dense layers.

    Leaky ReLUs, because a unit of a ReLU that no example reaches has a gradient of 0. Adam's m then becomes subnormal,
    on which a processor takes many times as long.
    """
    height, width, channels = shape
    init: dict[str, Any] = {"initialize": nn.he()}
    layers: list[Any] = []
    size = height * width * channels
    if min(height, width) >= LEAST:
        half = {"stride": 2, "padding": 1, **init}
        for inputs, outputs in ((channels, WIDTH), (WIDTH, 2 * WIDTH)):
            layers += [nn.Conv2d(inputs, outputs, 4, rng, **half), leaky_relu]
        size = (height // 4) * (width // 4) * 2 * WIDTH
    layers += [nn.Reshape(size), nn.Dense(size, UNITS, rng, **init), leaky_relu, nn.Dense(UNITS, classes, rng)]
    return nn.Sequential(*layers)
