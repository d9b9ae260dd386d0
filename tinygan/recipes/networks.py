"""The networks that more than one recipe is made of: perceptrons for points, and a small DCGAN for images."""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.errors import SettingError

Layer = Callable[[Any], Any]
Normalization = Callable[[tuple[int, ...]], Layer]  # the shape of an example's features -> what normalizes them
leaky_relu = functools.partial(F.leaky_relu, slope=0.2)  # Radford et al. 2016, section 3


def batch_norm(shape: tuple[int, ...]) -> Layer:
    return nn.BatchNorm(shape[-1])


def layer_norm(shape: tuple[int, ...]) -> Layer:
    return nn.LayerNorm(shape)


def as_it_is(layer: Layer) -> Layer:
    return layer


def perceptron(
    sizes: tuple[int, ...],
    rng: np.random.Generator,
    *,
    spread: float = 0.0,
    normalize: Normalization | None = None,
    wrap: Callable[[Layer], Layer] = as_it_is,
) -> nn.Sequential:
    """Dense layers from sizes[0] to sizes[-1], a ReLU after each but the last.

    spread: how far from 0 the first units bend.   normalize: makes what stands before each ReLU.
    wrap: what each layer with weights is put into.
    """
    layers: list[Layer] = []
    for inputs, outputs in itertools.pairwise(sizes[:-1]):
        layer = nn.Dense(inputs, outputs, rng, bias=not normalize, initialize=nn.he())
        layers.append(wrap(bent(layer, spread, rng) if spread and not layers else layer))
        layers += [normalize((outputs,)), F.relu] if normalize else [F.relu]
    return nn.Sequential(*layers, wrap(nn.Dense(sizes[-2], sizes[-1], rng)))


def bent(layer: Any, spread: float, rng: np.random.Generator) -> Any:
    """`layer` with biases such that each unit is 0 at a point of its own, drawn from N(0, spread**2 I).

    With biases of 0 every ReLU bends at the origin, and a network on the plane sees sectors of it where it should see
    places, which takes it longer to learn (docs/comparison.md).
    """
    weight = raw(layer.weight)  # (inputs, units)
    points = spread * rng.standard_normal(weight.shape)
    return nn.updated(layer, {"bias": -(weight * points).sum(axis=0).astype(np.float32)})


def maxout(sizes: tuple[int, ...], pieces: int, rng: np.random.Generator, *, spread: float) -> nn.Sequential:
    """Maxout layers from sizes[0] on, and a dense one to sizes[-1]; Goodfellow et al. 2013.

    spread: how far from 0 the pieces of the first units cross it.
    """
    hidden = [nn.Maxout(inputs, outputs, pieces, rng) for inputs, outputs in itertools.pairwise(sizes[:-1])]
    hidden[0] = bent(hidden[0], spread, rng)
    return nn.Sequential(*hidden, nn.Dense(sizes[-2], sizes[-1], rng))


def image_generator(
    latent: int,
    shape: tuple[int, ...],
    rng: np.random.Generator,
    *,
    width: int,
    dense: int = 512,
    deviation: float = 0.02,
    normalize: Normalization = batch_norm,
) -> nn.Sequential:
    """z to images of `shape`: two dense layers, then two transposed convolutions that double the sides.

    deviation: of the weights; 0.02 in Radford et al. 2016, section 4.
    """
    height, breadth, channels = _quarters(shape)
    init = nn.normal(deviation)
    double: dict[str, Any] = {"stride": 2, "padding": 1, "initialize": init}  # with 4 x 4 kernels, exactly
    return nn.Sequential(
        nn.Dense(latent, dense, rng, bias=False, initialize=init),
        normalize((dense,)),
        F.relu,
        nn.Dense(dense, height * breadth * 2 * width, rng, bias=False, initialize=init),
        nn.Reshape(height, breadth, 2 * width),
        normalize((height, breadth, 2 * width)),
        F.relu,
        nn.ConvTranspose2d(2 * width, width, 4, rng, bias=False, **double),
        normalize((2 * height, 2 * breadth, width)),
        F.relu,
        nn.ConvTranspose2d(width, channels, 4, rng, **double),
        F.tanh,
    )


def image_discriminator(
    shape: tuple[int, ...],
    outputs: int,
    rng: np.random.Generator,
    *,
    width: int,
    dense: int = 256,
    deviation: float = 0.02,
    normalize: Normalization | None = batch_norm,
    wrap: Callable[[Layer], Layer] = as_it_is,
) -> nn.Sequential:
    """Images of `shape` to `outputs` numbers: two convolutions that halve the sides, then two dense layers.

    normalize: makes what stands before each leaky ReLU but the first.   wrap: what each layer with weights is put into.
    """
    height, breadth, channels = _quarters(shape)
    init, bias = nn.normal(deviation), normalize is None
    half: dict[str, Any] = {"stride": 2, "padding": 1, "initialize": init}

    def normalized(*shape: int) -> list[Layer]:
        return [normalize(shape)] if normalize else []

    return nn.Sequential(
        wrap(nn.Conv2d(channels, width, 4, rng, **half)),
        leaky_relu,
        wrap(nn.Conv2d(width, 2 * width, 4, rng, bias=bias, **half)),
        *normalized(height, breadth, 2 * width),
        leaky_relu,
        nn.Reshape(height * breadth * 2 * width),
        wrap(nn.Dense(height * breadth * 2 * width, dense, rng, bias=bias, initialize=init)),
        *normalized(dense),
        leaky_relu,
        wrap(nn.Dense(dense, outputs, rng, initialize=init)),
    )


def autoencoder(
    shape: tuple[int, ...], rng: np.random.Generator, *, hidden: int, width: int, spread: float, code: int, power: int
) -> nn.Reconstruction:
    """D as the energy of an autoencoder with `code` numbers in its middle: two hidden layers, or convolutions.

    hidden: units, and spread: how far from 0 the first bend, for points.   width: channels, for images.
    """
    if len(shape) == 3:
        encoder = image_discriminator(shape, code, rng, width=width, normalize=None)
        return nn.Reconstruction(encoder, image_generator(code, shape, rng, width=width), power)
    sizes = (*shape, hidden, hidden, code)
    return nn.Reconstruction(perceptron(sizes, rng, spread=spread), perceptron(sizes[::-1], rng), power)


def _quarters(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """A quarter of the height, a quarter of the width, and the channels."""
    if len(shape) != 3 or shape[0] % 4 or shape[1] % 4:
        raise SettingError(f"this recipe makes images whose sides are multiples of 4, not examples of shape {shape}")
    return shape[0] // 4, shape[1] // 4, shape[2]
