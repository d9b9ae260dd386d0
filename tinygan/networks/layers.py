"""Normalization layers by name, and the leaky ReLU of DCGAN."""

import functools
from collections.abc import Callable
from typing import Any

from tinygan import functional as F
from tinygan import nn

Layer = Callable[[Any], Any]
Normalization = Callable[[tuple[int, ...]], Layer]  # shape of an example's features -> normalization layer
ByChannels = Callable[[int], Layer]  # channels -> normalization layer, such as nn.BatchNorm or nn.InstanceNorm
leaky_relu = functools.partial(F.leaky_relu, slope=0.2)  # Radford et al. 2016, section 3


def batch_norm(shape: tuple[int, ...]) -> Layer:
    """Batch norm of the channels of features of `shape`."""
    return nn.BatchNorm(shape[-1])


def layer_norm(shape: tuple[int, ...]) -> Layer:
    """Layer norm of features of `shape`."""
    return nn.LayerNorm(shape)


NORMS: dict[str, Normalization | None] = {"none": None, "batch": batch_norm, "layer": layer_norm}


def identity(layer: Layer) -> Layer:
    """The layer itself."""
    return layer
