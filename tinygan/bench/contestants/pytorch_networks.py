"""Translation of our networks to PyTorch, with the same weights: (N, H, W, C) becomes (N, C, H, W).

PyTorch is imported inside the functions: the package must be readable, and its doctests run, without it.
"""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.errors import BenchError
from tinygan.networks.layers import leaky_relu


def translated(module: nn.Sequential, x: Any) -> Any:
    """The layers of `module` in PyTorch; x: a minibatch of one example, which gives the shapes between the layers."""
    import torch

    layers: list[Any] = []
    before: tuple[int, ...] | None = None  # the shape of the images that the last Reshape flattened
    for position, layer in enumerate(module.layers):
        following = module.layers[position + 1] if position + 1 < len(module.layers) else None
        y = nn.frozen(layer)(x)
        if isinstance(layer, nn.Dense):
            layers.append(_dense(layer, before, following.shape if isinstance(following, nn.Reshape) else None))
            before = None
        elif isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            layers.append(_convolution(layer))
        elif isinstance(layer, nn.BatchNorm):
            layers.append(_with(torch.nn.BatchNorm2d(x.shape[-1]), layer.scale, layer.shift))
        elif isinstance(layer, nn.Reshape):
            flat = y.ndim == 2
            before = x.shape[1:] if flat else None
            layers.append(torch.nn.Flatten() if flat else torch.nn.Unflatten(1, (y.shape[3], *y.shape[1:3])))
        elif layer is leaky_relu:
            layers.append(torch.nn.LeakyReLU(layer.keywords["slope"]))
        elif layer in (F.relu, F.tanh):
            layers.append(torch.nn.ReLU() if layer is F.relu else torch.nn.Tanh())
        else:
            raise BenchError(f"no PyTorch layer is known to do what {layer!r} does")
        x = y
    return torch.nn.Sequential(*layers)


def _dense(layer: nn.Dense, before: tuple[int, ...] | None, after: tuple[int, ...] | None) -> Any:
    """A dense layer in PyTorch.

    before, after: the (H, W, C) of images that were flattened to its inputs, or that its outputs are reshaped to; None
    for plain features. Their channels move in the weight.
    """
    import torch

    weight = raw(layer.weight)
    if before:
        weight = weight.reshape(*before, -1).transpose(2, 0, 1, 3).reshape(len(weight), -1)
    if after:
        weight = weight.reshape(-1, *after).transpose(0, 3, 1, 2).reshape(len(weight), -1)
    return _with(torch.nn.Linear(*weight.shape, bias=layer.bias is not None), weight.T, layer.bias)


def _convolution(layer: nn.Conv2d | nn.ConvTranspose2d) -> Any:
    import torch

    weight = raw(layer.weight).transpose(3, 2, 0, 1)  # PyTorch's order for either kind
    transposed = isinstance(layer, nn.ConvTranspose2d)
    kind = torch.nn.ConvTranspose2d if transposed else torch.nn.Conv2d
    inputs, outputs = weight.shape[:2] if transposed else weight.shape[1::-1]
    new = kind(inputs, outputs, weight.shape[2:], layer.stride, layer.padding, bias=layer.bias is not None)
    return _with(new, weight, layer.bias)


def _with(layer: Any, weight: Any, bias: Any) -> Any:
    """`layer` with our weight and bias."""
    import torch

    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(raw(weight))))
        if bias is not None:
            layer.bias.copy_(torch.from_numpy(raw(bias)))
    return layer
