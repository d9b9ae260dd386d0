"""Small networks with smooth activations, and forms of minibatches, for the gradient checks of objectives."""

from typing import Any, NamedTuple

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.networks.autoencoders import Autoencoder, VariationalAutoencoder
from tinygan.networks.heads import ScoreAndCategory, WithQ

_RNG = np.random.default_rng(0)


class Game(NamedTuple):
    """Two small networks with smooth activations."""

    G: Any
    D: Any


GAME = Game(
    nn.Sequential(nn.Dense(2, 4, _RNG), F.tanh, nn.Dense(4, 3, _RNG)),
    nn.Sequential(nn.Dense(3, 4, _RNG), F.tanh, nn.Dense(4, 1, _RNG)),
)


ENERGIES = Game(
    GAME.G,
    nn.Reconstruction(
        nn.Sequential(nn.Dense(3, 2, _RNG), F.tanh, nn.Dense(2, 2, _RNG)),
        nn.Sequential(nn.Dense(2, 2, _RNG), F.tanh, nn.Dense(2, 3, _RNG)),
    ),
)


_OF_IMAGES = np.random.default_rng(2)
IMAGES = Game(
    nn.Sequential(nn.Dense(2, 24, _OF_IMAGES), F.tanh, nn.Reshape(3, 4, 2)),
    nn.Sequential(nn.Conv2d(2, 2, 2, _OF_IMAGES), F.tanh, nn.Reshape(12), nn.Dense(12, 1, _OF_IMAGES)),
)

ENSEMBLE = Game(GAME.G, nn.Ensemble(nn.Dense(3, 1, _RNG), GAME.D))

LABELLED = Game(
    nn.KeepLabels(nn.Sequential(nn.JoinLabels(nn.Embedding(3, 2, _RNG)), nn.Dense(4, 3, _RNG), F.tanh)),
    nn.Sequential(nn.JoinLabels(nn.OneHot(3)), nn.Dense(6, 3, _RNG), F.tanh, nn.Dense(3, 1, _RNG)),
)
CLASSIFIED = Game(
    LABELLED.G,
    nn.Sequential(nn.DropLabels(), nn.Dense(3, 4, _RNG), F.tanh, ScoreAndCategory(4, 3, _RNG)),
)
LABELS = np.array([0, 2, 1, 1, 0]), np.array([1, 1, 2, 0, 2])  # of the examples, and of the noise

CLASSIFIER = Game(GAME.G, nn.Sequential(nn.Dense(3, 4, _RNG), F.tanh, nn.Dense(4, 3, _RNG)))


def half_labelled(x: Any) -> Any:
    """The first two examples with labels, the others without."""
    return nn.Semi(nn.Labelled(x[:2], namespace(raw(x)).asarray(LABELS[0][:2])), x[2:])


CODED = Game(
    nn.Sequential(nn.JoinCodes(3), nn.Dense(6, 3, _RNG), F.tanh),
    WithQ(nn.Sequential(nn.Dense(3, 4, _RNG), F.tanh), nn.Dense(4, 1, _RNG), nn.Dense(4, 4, _RNG), 3),
)


def codes(z: Any) -> nn.Codes:
    """Noise z (5, 2) with categories, and with its first number as a continuous code."""
    return nn.Codes(z, namespace(raw(z)).asarray(LABELS[1]), z[:, :1])


TRANSLATED = Game(
    nn.KeepInput(nn.Sequential(nn.Dense(2, 4, _RNG), F.tanh, nn.Dense(4, 3, _RNG))),
    nn.Sequential(nn.JoinPair(), nn.Dense(5, 3, _RNG), F.tanh, nn.Dense(3, 1, _RNG)),
)


def pair(x: Any) -> nn.Pair:
    """Rows of numbers as pairs: the first two are a, and b has three, the last of which is a constant."""
    constant = namespace(raw(x)).full((len(x), 5 - x.shape[1]), 0.5, dtype=x.dtype)
    return nn.Pair(x[:, :2], F.concatenate([x[:, 2:], constant], axis=1))


_OF_DOMAINS = np.random.default_rng(3)
DOMAINS = Game(
    nn.TwoWay(*(nn.Sequential(nn.Dense(2, 2, _OF_DOMAINS), F.tanh, nn.Dense(2, 2, _OF_DOMAINS)) for _ in range(2))),
    nn.EachDomain(nn.Dense(2, 1, _OF_DOMAINS), nn.Sequential(nn.Dense(2, 1, _OF_DOMAINS), F.tanh)),
)


AUTOENCODER = Autoencoder(nn.Sequential(nn.Dense(3, 2, _RNG), F.tanh), nn.Dense(2, 3, _RNG))
VARIATIONAL = {
    name: VariationalAutoencoder(
        nn.Sequential(nn.Dense(3, 4, _RNG), F.tanh, nn.Dense(4, 4, _RNG), nn.AsGaussian()),
        nn.Sequential(nn.Dense(2, 3, _RNG), last),
    )
    for name, last in (("Bernoulli", nn.AsBernoulli()), ("Gaussian", nn.WithVariance(0.7)))
}
