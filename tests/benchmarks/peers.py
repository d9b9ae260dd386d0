"""One iteration of Algorithm 1 on each side, in the style that each side's users write."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.benchmarks.workloads import Workload
from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.objectives import NonSaturating
from tinygan.optim import Optimizer, adam
from tinygan.training import train

Iterate = Callable[[], tuple[float, float]]  # one iteration -> (D's loss, G's loss)


def tinygan(work: Workload, noise: Callable, data: Callable) -> Iterate:
    """This package."""
    g_optimizer, d_optimizer = Optimizer(adam(2e-4, 0.5)), Optimizer(adam(2e-4, 0.5))
    run = train(work.G, work.D, NonSaturating(), g_optimizer, d_optimizer, noise, data, m=work.m)
    return lambda: (float(next(run).loss), float(next(run).loss))


def torch(work: Workload, noise: Callable, data: Callable) -> Iterate:
    """PyTorch eager as its DCGAN tutorial is written: default Adam, fake.detach(), two backward passes for D."""
    import torch

    G, D = _translated(work.G), _translated(work.D)
    g_adam = torch.optim.Adam(G.parameters(), lr=2e-4, betas=(0.5, 0.999))
    d_adam = torch.optim.Adam(D.parameters(), lr=2e-4, betas=(0.5, 0.999))
    criterion = torch.nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(work.m, 1), torch.zeros(work.m, 1)

    def iterate() -> tuple[float, float]:
        z, x = torch.from_numpy(noise(work.m)), torch.from_numpy(_channels_first(data(work.m)))
        D.zero_grad()
        real = criterion(D(x), ones)
        real.backward()
        fake = criterion(D(G(z).detach()), zeros)
        fake.backward()
        d_adam.step()
        G.zero_grad()
        g_loss = criterion(D(G(torch.from_numpy(noise(work.m)))), ones)
        g_loss.backward()
        g_adam.step()
        return float(real + fake), float(g_loss)

    return iterate


def _channels_first(x: Any) -> Any:
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if x.ndim == 4 else x


def _translated(module: nn.Sequential) -> Any:
    """The same layers with the same weights in PyTorch's layouts."""
    import torch

    layers: list[Any] = []
    shape: tuple[int, ...] | None = None  # of the images that the next layer meets, where that is known
    for position, layer in enumerate(module.layers):
        following = module.layers[position + 1] if position + 1 < len(module.layers) else None
        before = module.layers[position - 1] if position else None
        if isinstance(layer, nn.Dense):
            weight, bias = raw(layer.weight), raw(layer.bias)
            if isinstance(following, nn.Reshape):  # its outputs become images: (H, W, C) to (C, H, W)
                weight = weight.reshape(-1, *following.shape).transpose(0, 3, 1, 2).reshape(len(weight), -1)
            if isinstance(before, nn.Reshape) and shape:
                weight = weight.reshape(*shape, -1).transpose(2, 0, 1, 3).reshape(len(weight), -1)
            new = torch.nn.Linear(*weight.shape, bias=bias is not None)
            _set(new, weight.T, bias)
        elif isinstance(layer, nn.Conv2d):
            w = raw(layer.weight)
            new = torch.nn.Conv2d(
                w.shape[2], w.shape[3], w.shape[0], layer.stride, layer.padding, bias=layer.bias is not None
            )
            _set(new, w.transpose(3, 2, 0, 1), raw(layer.bias))
        elif isinstance(layer, nn.ConvTranspose2d):
            w = raw(layer.weight)
            new = torch.nn.ConvTranspose2d(
                w.shape[3], w.shape[2], w.shape[0], layer.stride, layer.padding, bias=layer.bias is not None
            )
            _set(new, w.transpose(3, 2, 0, 1), raw(layer.bias))
        elif isinstance(layer, nn.BatchNorm):
            new = torch.nn.BatchNorm2d(len(raw(layer.scale)))
        elif isinstance(layer, nn.Reshape):
            flat = len(layer.shape) == 1
            if flat:
                channels = len(raw(module.layers[position - 2].scale))
                side = int((layer.shape[0] // channels) ** 0.5)
                shape = (side, side, channels)
            new = torch.nn.Flatten() if flat else torch.nn.Unflatten(1, (layer.shape[2], *layer.shape[:2]))
        else:
            new = {F.relu: torch.nn.ReLU(), F.tanh: torch.nn.Tanh()}.get(layer, torch.nn.LeakyReLU(0.2))
        layers.append(new)
    return torch.nn.Sequential(*layers)


def _set(layer: Any, weight: Any, bias: Any) -> None:
    import torch

    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
        if bias is not None:
            layer.bias.copy_(torch.from_numpy(bias))
