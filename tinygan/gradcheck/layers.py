"""Every layer as a function of its input and its parameters."""

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.gradcheck.case import of_module

_RNG = np.random.default_rng(0)

_AUTOENCODER = nn.Dense(4, 2, _RNG), nn.Sequential(F.tanh, nn.Dense(2, 4, _RNG))

_standing = nn.BatchNorm(3)
_standing.mean, _standing.variance = np.array([0.5, -1.0, 2.0]), np.array([1.0, 2.0, 0.5])

CASES = [
    of_module("layer", nn.Dense(4, 3, _RNG), (5, 4)),
    of_module("layer", nn.Dense(4, 3, _RNG, bias=False), (5, 4), name="Dense without bias"),
    of_module("layer", nn.Conv2d(2, 3, 3, _RNG, stride=2, padding=1), (2, 5, 4, 2)),
    of_module("layer", nn.ConvTranspose2d(3, 2, 4, _RNG, stride=2, padding=1), (1, 2, 3, 3)),
    of_module("layer", nn.BatchNorm(3), (4, 2, 2, 3)),
    of_module("layer", _standing, (4, 3), name="BatchNorm standing"),
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
    of_module("layer", nn.Reshape(2, 6), (3, 4, 3), call=lambda layer, x: layer(x) ** 2),
    of_module("layer", nn.Sequential(nn.Dense(4, 6, _RNG), nn.BatchNorm(6), F.tanh, nn.Dense(6, 2, _RNG)), (5, 4)),
    of_module(
        "layer",
        nn.Sequential(nn.Conv2d(2, 3, 4, _RNG, stride=2, padding=1), nn.BatchNorm(3), F.tanh, nn.Reshape(12)),
        (2, 4, 4, 2),
        name="Sequential of convolutions",
    ),
    of_module("layer", nn.Reconstruction(*_AUTOENCODER), (3, 4)),
    of_module("layer", nn.Reconstruction(*_AUTOENCODER, power=1), (3, 4), name="Reconstruction of power 1"),
]
