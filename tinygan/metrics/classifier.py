"""A small convolutional classifier of images: its labels say what samples show, its features are what measures compare.

It is independent of the generator whose samples it classifies. For digits, mnist and fashion-mnist it comes with
tinygan (`weights.py`); for other images it is trained on the training images.
"""

from collections.abc import Callable
from itertools import islice
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tinygan import nn
from tinygan.algorithms import maximize_likelihood
from tinygan.backend import to_host
from tinygan.data import Images, Source
from tinygan.errors import DataError, ShapeMismatch
from tinygan.metrics import weights
from tinygan.metrics.chunks import by_chunks
from tinygan.networks.layers import leaky_relu
from tinygan.nn import Labelled
from tinygan.objectives import CrossEntropy
from tinygan.optim import Optimizer, adam, linear

M, ITERATIONS = 64, 1500  # 10 epochs of the embedded digits
SHIFT = 2  # pixels by which each training image is moved at most: it saves a fifth of the errors
WIDTH, UNITS = 16, 128  # channels of the first convolution, units of the dense layer
LEAST = 8  # pixels a side; smaller images have no convolutions


class Classifier:
    """A function from images to labels.

    network: images to a score for each class; its last layer is dense.   shape: (H, W, C) of one image.
    name: of the data that it classifies.
    Images are uint8 (n, H, W, C), or float32 from -1 to 1, from any device. Raises ShapeMismatch if they have another
    size, DataError if they are no images.
    """

    def __init__(self, network: Any, shape: tuple[int, ...], name: str = "classifier"):
        self.network = nn.frozen(network)
        self.shape = tuple(shape)
        self.name = name

    def __repr__(self) -> str:
        return f"Classifier of {self.name}, {' x '.join(map(str, self.shape))}"

    def __call__(self, images: Any) -> NDArray[np.int64]:
        """The label of each image, (n,)."""
        return np.argmax(self.logits(images), axis=1)

    def logits(self, images: Any) -> NDArray[np.float32]:
        """The scores of the classes for each image, (n, K); their softmax is p(y|x)."""
        return self.network[-1](self.features(images))

    def features(self, images: Any) -> NDArray[np.float32]:
        """The activations of the last hidden layer for each image, (n, d), which are the inputs of the last layer."""
        source = Images("samples", np.asarray(to_host(images)))
        if source.shape != self.shape:
            wanted, given = (" x ".join(map(str, shape)) for shape in (self.shape, source.shape))
            raise ShapeMismatch(f"the classifier of {self.name} expects images of {wanted}, got {given}")
        return by_chunks(self.network[:-1], source)


def classifier_of(source: Source) -> Classifier:
    """The classifier of a source of images: the packaged one, or else one that is trained now, on shifted images.

    The same source gives the same classifier on one machine; one object is trained on once.
    Raises DataError if the examples are no images or if packaged weights are damaged, SettingError if the examples
    have no labels.
    """
    source = source.unlabelled()
    if source not in _KNOWN:
        _KNOWN[source] = _made_for(source)
    return _KNOWN[source]


_KNOWN: WeakKeyDictionary[Source, Classifier] = WeakKeyDictionary()


def _made_for(source: Source) -> Classifier:
    if not source.has_images:
        raise DataError(f"a classifier needs images, got {source.name}, whose examples have shape {source.shape}")
    rng, data_rng = np.random.default_rng(0).spawn(2)
    if weights.fit(source):
        network: Any = nn.updated(network_for(source.shape, len(source.classes), rng), weights.load(source.name))
    else:
        data = shifted(source.labelled().stream(data_rng), rng)
        network = train_classifier(data, source.shape, len(source.classes), rng)
    return Classifier(network, source.shape, source.name)


def train_classifier(
    data: Callable[[int], Labelled],
    shape: tuple[int, ...],
    classes: int,
    rng: np.random.Generator,
    iterations: int | None = None,
    m: int = M,
) -> Any:
    """A network trained from scratch: its scores' cross-entropy, Adam, a learning rate that falls from 2e-3 to 0.

    data(m): the next m examples, `Labelled(x, y)`, with x float32 (m, H, W, C) from -1 to 1.   shape: (H, W, C).
    classes: their number.   rng: of the initial weights.   iterations: 1,500 by default.
    """
    iterations = ITERATIONS if iterations is None else iterations
    network: Any = network_for(shape, classes, rng)
    optimizer = Optimizer(adam(linear(2e-3, 0.0, iterations), beta1=0.9))
    steps = maximize_likelihood(network, CrossEntropy(), optimizer, noise=lambda m: None, data=data, m=m)
    for step in islice(steps, iterations):
        network = step.G
    return nn.frozen(network)


def shifted(data: Callable[[int], Labelled], rng: np.random.Generator) -> Callable[[int], Labelled]:
    """The minibatches of `data`, with each image moved at random by at most 2 pixels or an eighth of a side."""

    def moved(m: int) -> Labelled:
        x, y = data(m)
        return Labelled(_shifted(x, rng), y)

    return moved


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
