"""Perceptrons for points: dense layers with ReLU, or maxout layers."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.networks.layers import Layer, Normalization, identity


def perceptron(
    sizes: tuple[int, ...],
    rng: np.random.Generator,
    *,
    spread: float = 0.0,
    normalize: Normalization | None = None,
    wrap: Callable[[Layer], Layer] = identity,
    last: Callable[[int], Layer] | None = None,
) -> nn.Sequential:
    """Dense layers from sizes[0] to sizes[-1], with a ReLU after each but the last.

    spread: the std of the points at which the units of the first layer are 0, see `with_kinks`; 0 for biases of 0.
    normalize: makes the normalization layer before each ReLU.   wrap: a function of each layer with weights.
    last: makes the last layer from the number of its inputs; by default a dense layer to sizes[-1], wrapped.
    """
    layers: list[Layer] = []
    for inputs, outputs in itertools.pairwise(sizes[:-1]):
        layer = nn.Dense(inputs, outputs, rng, bias=not normalize, initialize=nn.he())
        layers.append(wrap(with_kinks(layer, spread, rng) if spread and not layers else layer))
        layers += [normalize((outputs,)), F.relu] if normalize else [F.relu]
    return nn.Sequential(*layers, last(sizes[-2]) if last else wrap(nn.Dense(sizes[-2], sizes[-1], rng)))


def maxout(sizes: tuple[int, ...], pieces: int, rng: np.random.Generator, *, spread: float) -> nn.Sequential:
    """Maxout layers, then a dense layer to sizes[-1]; Goodfellow et al. 2013.

    spread: the std of the points at which the affine maps of the first layer are 0, see `with_kinks`.
    """
    hidden = [nn.Maxout(inputs, outputs, pieces, rng) for inputs, outputs in itertools.pairwise(sizes[:-1])]
    hidden[0] = with_kinks(hidden[0], spread, rng)
    return nn.Sequential(*hidden, nn.Dense(sizes[-2], sizes[-1], rng))


def with_kinks(layer: Any, spread: float, rng: np.random.Generator) -> Any:
    """`layer` with biases such that each unit is 0, the kink of ReLU, at a random point from N(0, spread**2 I).

    With biases of 0 all kinks go through the origin. The first layer then divides the plane into sectors, and learning
    takes longer (docs/comparison.md).
    """
    weight = raw(layer.weight)  # (inputs, units)
    points = spread * rng.standard_normal(weight.shape)
    return nn.updated(layer, {"bias": -(weight * points).sum(axis=0).astype(np.float32)})
