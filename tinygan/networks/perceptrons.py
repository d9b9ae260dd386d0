"""Perceptrons for points: dense layers with a ReLU between them, or maxout layers."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.networks.layers import Layer, Normalization, unwrapped


def perceptron(
    sizes: tuple[int, ...],
    rng: np.random.Generator,
    *,
    spread: float = 0.0,
    normalize: Normalization | None = None,
    wrap: Callable[[Layer], Layer] = unwrapped,
) -> nn.Sequential:
    """Dense layers from sizes[0] to sizes[-1], with a ReLU after each but the last.

    spread: standard deviation of the points at which the first units are 0.   normalize: makes what stands before each
    ReLU.   wrap: what each layer with weights is put into.
    """
    layers: list[Layer] = []
    for inputs, outputs in itertools.pairwise(sizes[:-1]):
        layer = nn.Dense(inputs, outputs, rng, bias=not normalize, initialize=nn.he())
        layers.append(wrap(bent(layer, spread, rng) if spread and not layers else layer))
        layers += [normalize((outputs,)), F.relu] if normalize else [F.relu]
    return nn.Sequential(*layers, wrap(nn.Dense(sizes[-2], sizes[-1], rng)))


def maxout(sizes: tuple[int, ...], pieces: int, rng: np.random.Generator, *, spread: float) -> nn.Sequential:
    """Maxout layers from sizes[0] on, and a dense one to sizes[-1]; Goodfellow et al. 2013.

    spread: standard deviation of the points at which the pieces of the first units are 0.
    """
    hidden = [nn.Maxout(inputs, outputs, pieces, rng) for inputs, outputs in itertools.pairwise(sizes[:-1])]
    hidden[0] = bent(hidden[0], spread, rng)
    return nn.Sequential(*hidden, nn.Dense(sizes[-2], sizes[-1], rng))


def bent(layer: Any, spread: float, rng: np.random.Generator) -> Any:
    """`layer` with biases such that each unit is 0 at a point of its own, drawn from N(0, spread**2 I).

    With biases of 0 every ReLU bends at the origin, and a network on the plane sees sectors of it where it should see
    places, which takes it longer to learn (docs/comparison.md).
    """
    weight = raw(layer.weight)  # (inputs, units)
    points = spread * rng.standard_normal(weight.shape)
    return nn.updated(layer, {"bias": -(weight * points).sum(axis=0).astype(np.float32)})
