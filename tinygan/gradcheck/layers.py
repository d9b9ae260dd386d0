"""Gradient checks of every layer, in its input and its parameters."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.gradcheck.case import of_module
from tinygan.networks import biggan
from tinygan.networks.residual import Residual

_RNG = np.random.default_rng(0)

_AUTOENCODER = nn.Dense(4, 2, _RNG), nn.Sequential(F.tanh, nn.Dense(2, 4, _RNG))

_BLOCK = Residual(
    nn.Sequential(nn.ConditionalBatchNorm(2, 3, _RNG), F.tanh, nn.UpConv2d(2, 2, _RNG)), nn.Sequential(nn.Upsample())
)
_MODULATED = nn.ConditionalBatchNorm(3, 3, _RNG)

_with_statistics = nn.BatchNorm(3)
_conditional = nn.ConditionalBatchNorm(3, 2, _RNG)
_conditional.mean, _conditional.variance = np.array([0.5, -1.0, 2.0]), np.array([1.0, 2.0, 0.5])
_with_statistics.mean, _with_statistics.variance = np.array([0.5, -1.0, 2.0]), np.array([1.0, 2.0, 0.5])


def _with_reference(module: Any, shape: tuple[int, ...]) -> nn.WithReference:
    """`module` with a random reference minibatch of `shape`."""
    return nn.WithReference(module, np.random.default_rng(3).standard_normal(shape))


def _labelled(x: Any, *labels: int) -> nn.Labelled:
    """x with labels, on the device of x."""
    return nn.Labelled(x, namespace(raw(x)).asarray(labels))


def _heads(D: Any, x: Any) -> Any:
    """The energy and the code of an autoencoder, concatenated."""
    return F.concatenate(D(x), axis=1)


CASES = [
    of_module("layer", nn.Dense(4, 3, _RNG), (5, 4)),
    of_module("layer", nn.Dense(4, 3, _RNG, bias=False), (5, 4), name="Dense without bias"),
    of_module("layer", nn.Conv2d(2, 3, 3, _RNG, stride=2, padding=1), (2, 5, 4, 2)),
    of_module("layer", nn.Conv2d(2, 2, 3, _RNG, padding=(2, 1), reflect=True), (1, 3, 4, 2), name="Conv2d reflecting"),
    of_module("layer", nn.ConvTranspose2d(3, 2, 4, _RNG, stride=2, padding=1), (1, 2, 3, 3)),
    of_module("layer", nn.BatchNorm(3), (4, 2, 2, 3)),
    of_module("layer", _with_statistics, (4, 3), name="BatchNorm with statistics"),
    of_module("layer", nn.BatchNorm(3, scale=False), (4, 3), name="BatchNorm without scale"),
    of_module("layer", nn.LayerNorm((4, 3)), (3, 4, 3)),
    of_module("layer", nn.InstanceNorm(2), (2, 3, 3, 2)),
    of_module(
        "layer",
        nn.Embedding(4, 3, _RNG),
        (3,),
        call=lambda layer, x: F.reshape(x, shape=(3, 1)) * layer(np.array([2, 0, 2])),
    ),
    of_module("layer", nn.Dropout(0.3), (4, 3), name="Dropout evaluated", call=lambda layer, x: layer(x) ** 2),
    of_module(
        "layer",
        nn.Dropout(0.3),
        (4, 3),
        call=lambda layer, x: nn.Dropout(layer.rate, np.random.default_rng(0))(x) ** 2,
    ),
    of_module(
        "layer",
        nn.Dropout(0.3, np.random.default_rng(0), in_samples=True),
        (4, 3),
        name="Dropout in samples",
        call=lambda layer, x: nn.evaluated(layer)(x) ** 2,
    ),
    of_module("layer", nn.Reshape(2, 6), (3, 4, 3), call=lambda layer, x: layer(x) ** 2),
    of_module("layer", nn.Sequential(nn.Dense(4, 6, _RNG), nn.BatchNorm(6), F.tanh, nn.Dense(6, 2, _RNG)), (5, 4)),
    of_module(
        "layer",
        nn.Sequential(nn.Conv2d(2, 3, 4, _RNG, stride=2, padding=1), nn.BatchNorm(3), F.tanh, nn.Reshape(12)),
        (2, 4, 4, 2),
        name="Sequential of convolutions",
    ),
    of_module(
        "layer",
        nn.JoinLabels(nn.Embedding(3, 2, _RNG)),
        (2, 3, 2, 2),
        call=lambda layer, x: layer(_labelled(x, 2, 0)) ** 2,
    ),
    of_module("layer", nn.DropLabels(), (2, 3), call=lambda layer, x: layer(_labelled(x, 2, 0)) ** 2),
    of_module(
        "layer",
        nn.JoinCodes(3),
        (2, 3),
        (2, 1),
        call=lambda layer, noise, codes: layer(nn.Codes(noise, _labelled(noise, 2, 0).y, codes)) ** 2,
    ),
    of_module("layer", nn.OneHot(3), (2, 3), call=lambda layer, x: x**2 * layer(_labelled(x, 2, 0).y)),
    of_module(
        "layer",
        nn.KeepLabels(nn.Sequential(nn.JoinLabels(nn.OneHot(2)), nn.Dense(5, 2, _RNG))),
        (2, 3),
        call=lambda layer, x: layer(_labelled(x, 1, 0)).x,
    ),
    of_module(
        "layer",
        nn.PassLabels(nn.ConditionalBatchNorm(2, 2, _RNG), nn.Embedding(3, 2, _RNG)),
        (6, 2),
        call=lambda layer, x: layer(_labelled(x, 2, 0, 2, 1, 1, 0)) ** 2,
    ),
    of_module(
        "layer",
        nn.Projection(3, 4, _RNG),
        (3, 4),
        call=lambda layer, h: layer(h, _labelled(h, 2, 0, 2).y) ** 2,
    ),
    of_module(
        "layer",
        nn.PassLabels(nn.Sequential(nn.Dense(2, 4, _RNG), F.tanh, nn.Projection(3, 4, _RNG, wrap=nn.SpectralNorm))),
        (3, 2),
        name="Projection with SpectralNorm",
        call=lambda layer, x: layer(_labelled(x, 2, 0, 2)),
    ),
    of_module(
        "layer",
        nn.Ensemble(nn.Dense(3, 1, _RNG), nn.Sequential(nn.Dense(3, 2, _RNG), F.tanh)),
        (4, 3),
        call=lambda layer, x: F.concatenate(layer(x), axis=1),
    ),
    of_module(
        "layer",
        nn.Sequential(nn.Dense(2, 3, _RNG), nn.ConditionalBatchNorm(3, 2, _RNG), F.tanh),
        (4, 2),
        (4, 2),
        name="Sequential with a condition",
    ),
    of_module("layer", nn.Packed(nn.Sequential(nn.Dense(6, 2, _RNG), F.tanh), 3), (6, 2)),
    of_module("layer", nn.Packed(nn.Conv2d(4, 2, 2, _RNG), 2), (4, 3, 2, 2), name="Packed images"),
    of_module("layer", nn.Maxout(4, 3, 5, _RNG), (3, 4)),
    of_module("layer", nn.MinibatchDiscrimination(3, 2, 2, _RNG), (4, 3)),
    of_module("layer", nn.ConditionalBatchNorm(3, 2, _RNG), (4, 3), (4, 2)),
    of_module("layer", nn.ConditionalBatchNorm(3, 2, _RNG), (3, 2, 2, 3), (3, 2), name="ConditionalBatchNorm images"),
    of_module("layer", _conditional, (2, 2, 2, 3), (2, 2), name="ConditionalBatchNorm with statistics"),
    of_module("layer", _with_reference(nn.VirtualBatchNorm(3), (3, 3)), (2, 3), name="WithReference points"),
    of_module("layer", _with_reference(nn.VirtualBatchNorm(2), (2, 2, 3, 2)), (2, 2, 3, 2)),
    of_module("layer", _with_reference(nn.VirtualBatchNorm(3), (3, 3)).module, (5, 3)),
    of_module(
        "layer",
        _with_reference(
            nn.Sequential(nn.Dense(2, 3, _RNG), nn.VirtualBatchNorm(3), F.tanh, nn.Dense(3, 1, _RNG)), (3, 2)
        ),
        (2, 2),
        name="WithReference network",
    ),
    of_module("layer", nn.SpectralNorm(nn.Dense(4, 3, _RNG)), (5, 4)),
    of_module("layer", nn.SpectralNorm(nn.Conv2d(2, 3, 2, _RNG)), (2, 3, 3, 2), name="SpectralNorm Conv2d"),
    of_module(
        "layer",
        nn.SpectralNorm(nn.ConvTranspose2d(3, 2, 2, _RNG, stride=2)),
        (2, 2, 1, 3),
        name="SpectralNorm ConvTranspose2d",
    ),
    of_module("layer", nn.WeightNorm(nn.Dense(4, 3, _RNG)), (5, 4)),
    of_module("layer", nn.WeightNorm(nn.Dense(4, 3, _RNG), learned=False), (5, 4), name="WeightNorm of a fixed scale"),
    of_module("layer", nn.WeightNorm(nn.Conv2d(2, 3, 2, _RNG)), (2, 3, 3, 2), name="WeightNorm Conv2d"),
    of_module(
        "layer",
        nn.WeightNorm(nn.ConvTranspose2d(3, 2, 2, _RNG, stride=2)),
        (2, 2, 1, 3),
        name="WeightNorm ConvTranspose2d",
    ),
    of_module(
        "layer",
        nn.GaussianNoise(0.3),
        (4, 3),
        call=lambda layer, x: nn.GaussianNoise(layer.std, np.random.default_rng(0))(x) ** 2,
    ),
    of_module("layer", nn.SelfAttention(4, _RNG), (2, 2, 3, 4)),
    of_module(
        "layer", nn.SelfAttention(4, _RNG, pool=2, wrap=nn.SpectralNorm), (1, 2, 4, 4), name="SelfAttention pooled"
    ),
    of_module("layer", nn.Upsample(), (2, 2, 3, 2), call=lambda layer, x: layer(x) ** 2),
    of_module("layer", nn.Downsample(), (2, 4, 5, 2), call=lambda layer, x: layer(x) ** 2),
    of_module("layer", nn.UpConv2d(2, 3, _RNG), (2, 2, 3, 2)),
    of_module("layer", nn.DownConv2d(2, 3, _RNG), (2, 4, 2, 2)),
    of_module("layer", nn.SpectralNorm(nn.UpConv2d(2, 3, _RNG)), (1, 2, 2, 2), name="SpectralNorm UpConv2d"),
    of_module(
        "layer",
        nn.Sequential(nn.Dense(4, 3, _RNG), F.tanh, nn.Conv2d(1, 2, 2, _RNG)),
        (1,),
        name="orthogonality",
        call=lambda module, x: nn.orthogonality(module) * x,
    ),
    of_module(
        "layer",
        nn.Dense(2, 5, _RNG),
        (1,),
        name="orthogonality of a wide matrix",
        call=lambda module, x: nn.orthogonality(module) * x,
    ),
    of_module("layer", _BLOCK, (2, 2, 2, 2), (2, 3), name="Residual with a condition"),
    of_module("layer", nn.SumPool(), (2, 2, 3, 2), call=lambda layer, x: layer(x) ** 2),
    of_module("layer", nn.MaxPool(), (2, 4, 2, 2), call=lambda layer, x: layer(x) ** 2),
    of_module("layer", nn.MeanPool(), (2, 2, 3, 2), call=lambda layer, x: layer(x) ** 2),
    of_module(
        "layer",
        biggan.Chunked(nn.Embedding(3, 2, _RNG), nn.Dense(2, 3, _RNG), [_MODULATED], F.tanh, (2, 1)),
        (4, 3),
        name="Chunked",
        call=lambda layer, x: layer(_labelled(x, 2, 0, 1, 1)),
    ),
    of_module("layer", nn.Reconstruction(*_AUTOENCODER), (3, 4), call=_heads),
    of_module("layer", nn.Reconstruction(*_AUTOENCODER, power=1), (3, 4), name="Reconstruction power 1", call=_heads),
]
