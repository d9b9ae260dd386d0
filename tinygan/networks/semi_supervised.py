"""The networks of Salimans et al. 2016 for semi-supervised MNIST, and a small convolutional D from the same parts.

D adds Gaussian noise to its input and to its hidden layers, and has weight norm in every layer. Only the scales of its
last layer are learned. Images are in [-1, 1] outside and in [0, 1] inside, as in the authors' code.
"""

import itertools
from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.errors import SettingError
from tinygan.networks.layers import Rescaled, leaky_relu


def generator(latent: int, shape: tuple[int, ...], hidden: tuple[int, ...], rng: np.random.Generator) -> nn.Sequential:
    """The perceptron of the paper's code, from z (m, latent) to images of `shape`, with weight norm in its last layer.

    Softplus units after batch norms without scale; a sigmoid for each pixel.
    """
    layers: list[Any] = []
    for inputs, outputs in itertools.pairwise((latent, *hidden)):
        norm = nn.BatchNorm(outputs, scale=False, epsilon=1e-6)
        layers += [nn.Dense(inputs, outputs, rng, bias=False), norm, F.softplus]
    last = nn.WeightNorm(nn.Dense(hidden[-1], prod(shape), rng))
    return nn.Sequential(*layers, last, F.sigmoid, Rescaled(2.0, -1.0), nn.Reshape(*shape))


def classifier(
    shape: tuple[int, ...],
    classes: int,
    hidden: tuple[int, ...],
    rng: np.random.Generator,
    *,
    input_noise: float,
    noise: float,
) -> nn.Sequential:
    """The perceptron of the paper's code, from images of `shape` to a logit for each class.

    Its features are all layers but the last two, a layer of noise and the dense layer of the logits.
    input_noise, noise: standard deviations of the noise on the input, in [0, 1], and after each hidden layer.
    """
    generators = _generators(rng)
    layers: list[Any] = [nn.Reshape(prod(shape)), Rescaled(0.5, 0.5), nn.GaussianNoise(input_noise, next(generators))]
    for inputs, outputs in itertools.pairwise((prod(shape), *hidden)):
        layers += [_fixed(nn.Dense, inputs, outputs, rng), F.relu, nn.GaussianNoise(noise, next(generators))]
    return nn.Sequential(*layers, nn.WeightNorm(nn.Dense(hidden[-1], classes, rng, initialize=nn.normal(0.1))))


def convolutional(
    shape: tuple[int, ...], classes: int, rng: np.random.Generator, *, width: int, input_noise: float, noise: float
) -> nn.Sequential:
    """Three convolutions for images of half the size, from images of `shape` to a logit for each class.

    The mean over all positions follows them, so that the logits depend little on where a stroke is. Weight norm and
    noise are as in `classifier`. All layers but the last three, which are noise, the mean and the dense layer, give the
    features with their positions.
    width: channels of the first convolution; the next have two and four times as many.
    Raises SettingError if a side is less than 24.
    """
    if len(shape) != 3 or min(shape[:2]) < 24:
        raise SettingError(
            f"the convolutional D needs images of 24 pixels or more on each side, got {shape}; "
            "choose data with such images, digits for example"
        )
    generators = _generators(rng)

    def convolution(inputs: int, outputs: int) -> list[Any]:
        layer = _fixed(nn.Conv2d, inputs, outputs, 3, rng)
        return [layer, leaky_relu, nn.GaussianNoise(noise, next(generators))]

    return nn.Sequential(
        Rescaled(0.5, 0.5),
        nn.Downsample(),
        nn.GaussianNoise(input_noise, next(generators)),
        *convolution(shape[2], width),
        nn.MaxPool(),
        *convolution(width, 2 * width),
        *convolution(2 * width, 4 * width),
        nn.MeanPool(),
        nn.WeightNorm(nn.Dense(4 * width, classes, rng, initialize=nn.normal(0.1))),
    )


def _fixed(kind: Callable, *arguments: Any, **settings: Any) -> nn.WeightNorm:
    """A layer with weight norm whose scales are not learned."""
    return nn.WeightNorm(kind(*arguments, initialize=nn.normal(0.1), **settings), learned=False)


def _generators(rng: np.random.Generator) -> Iterator[np.random.Generator]:
    """Generators for layers of noise, one each."""
    while True:
        yield rng.spawn(1)[0]
