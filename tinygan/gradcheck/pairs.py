"""Gradient checks of the layers for pairs, and of the networks that translate images and judge pairs, each whole."""

from math import prod
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.gradcheck.case import Case, of_module
from tinygan.networks.cyclegan import residual_generator
from tinygan.networks.patch import patch_discriminator
from tinygan.networks.unet import unet

_RNG = np.random.default_rng(0)
_A, _B = (2, 3, 2, 1), (2, 3, 2, 2)


def _joined(network: Any, a: Any, b: Any) -> Any:
    """The outputs of a network that gives pairs, side by side."""
    return F.concatenate(network(nn.Pair(a, b)), axis=-1)


def _one_pixel(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, _RNG), F.tanh)


def _whole(name: str, network: Any, *shape: int) -> Case:
    """The check of a network in its input and in all its parameters as one vector, which takes a tenth of the time."""
    leaves = nn.parameters(network)
    theta = np.concatenate([raw(leaf).ravel() for leaf in leaves.values()]).astype(np.float64)

    def f(x: Any, theta: Any) -> Any:
        start, parts = 0, {}
        for path, leaf in leaves.items():
            size = prod(leaf.shape)
            parts[path] = F.reshape(theta[start : start + size], shape=leaf.shape)
            start += size
        return nn.evaluated(nn.updated(network, parts))(x)

    f.__name__ = name
    return Case("network", name, type(network), f, (shape, theta))


def _seeded(seed: int) -> dict[str, Any]:
    """Weights of ordinary size, from a generator for which no unit is within a step of its kink."""
    return {"rng": np.random.default_rng(seed), "std": 0.5}


def _apart(channels: int) -> nn.InstanceNorm:
    """An instance norm after which half of the channels are far above 0, the kink of ReLU, and half far below."""
    shift = np.where(np.arange(channels) % 2, -6, 6).astype(np.float32)
    return nn.updated(nn.InstanceNorm(channels), {"shift": shift})


CASES = [
    of_module("layer", nn.JoinPair(), _A, _B, call=lambda layer, a, b: layer(nn.Pair(a, b)) ** 2),
    of_module("layer", nn.TakeB(), _B, call=lambda layer, b: layer(nn.Pair(b, b)) ** 2),
    of_module("layer", nn.KeepInput(_one_pixel(1, 2)), _A, _B, call=_joined),
    of_module("layer", nn.TwoWay(_one_pixel(2, 1), _one_pixel(1, 2)), _A, _B, call=_joined),
    of_module("layer", nn.EachDomain(_one_pixel(1, 1), _one_pixel(2, 1)), _A, _B, call=_joined),
    _whole("U-Net", unet((4, 4, 3), 1, width=1, **_seeded(4)), 3, 4, 4, 3),
    _whole("U-Net without skips", unet((4, 4, 3), 2, width=1, skips=False, **_seeded(4)), 3, 4, 4, 3),
    _whole("PatchGAN", patch_discriminator((8, 8, 2), field=16, width=1, **_seeded(0)), 2, 8, 8, 2),
    _whole(
        "CycleGAN's G", residual_generator((8, 8, 1), 1, width=2, blocks=1, normalize=_apart, **_seeded(1)), 1, 8, 8, 1
    ),
]
