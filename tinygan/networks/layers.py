"""What stands between the layers with weights: norms by name, and the leaky ReLU of DCGAN."""

import functools
from collections.abc import Callable
from typing import Any

from tinygan import functional as F
from tinygan import nn

Layer = Callable[[Any], Any]
Normalization = Callable[[tuple[int, ...]], Layer]  # the shape of an example's features -> what normalizes them
leaky_relu = functools.partial(F.leaky_relu, slope=0.2)  # Radford et al. 2016, section 3


def batch_norm(shape: tuple[int, ...]) -> Layer:
    """Batch norm of features of `shape`, channel by channel."""
    return nn.BatchNorm(shape[-1])


def layer_norm(shape: tuple[int, ...]) -> Layer:
    """Layer norm of features of `shape`."""
    return nn.LayerNorm(shape)


NORMS: dict[str, Normalization | None] = {"none": None, "batch": batch_norm, "layer": layer_norm}


def unwrapped(layer: Layer) -> Layer:
    """The layer itself: what a network puts around a layer with weights unless it is told otherwise."""
    return layer
