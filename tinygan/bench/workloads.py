"""The workloads: networks, minibatches and data of one iteration, with the same numbers for every contestant."""

import functools
import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.errors import SettingError, did_you_mean
from tinygan.networks import autoencoders, coders
from tinygan.networks.layers import leaky_relu
from tinygan.nn import BatchNorm, Conv2d, ConvTranspose2d, Dense, Reshape, Sequential

MINIBATCHES = 20  # of examples, made in advance and used in turn


class Workload(NamedTuple):
    """Two networks, the size of z, the shape of x, and the size m of minibatches.

    critic: whether an iteration is a critic step of WGAN-GP, or one of Algorithm 1 with k = 1.   D is None if G is a
    variational autoencoder, and an iteration an update of it.
    """

    G: Any
    D: Any
    latent: int
    shape: tuple[int, ...]
    m: int
    critic: bool = False


class Streams(NamedTuple):
    """The streams of noise and of examples, and the generator of WGAN-GP's epsilon."""

    noise: Callable[[int], Any]
    data: Callable[[int], Any]
    epsilon: np.random.Generator


def streams(work: Workload, place: Callable[[Any], Any]) -> Streams:
    """The streams of a workload, with the same numbers for every contestant.

    place: converts a float32 host array to the contestant's own arrays. Noise is drawn and converted at every call;
    examples are converted in advance, because loading them is no part of an iteration.
    """
    rng = np.random.default_rng(1)
    made = [place(rng.uniform(-1, 1, (work.m, *work.shape)).astype(np.float32)) for _ in range(MINIBATCHES)]
    examples = itertools.cycle(made)
    return Streams(
        lambda m: place(rng.standard_normal((m, work.latent), dtype=np.float32)),
        lambda m: next(examples),
        np.random.default_rng(2),
    )


def ring(m: int = 256) -> Workload:
    """Perceptrons on points of the plane, where dispatch takes more time than arithmetic."""
    rng = np.random.default_rng(0)
    G = Sequential(Dense(16, 128, rng), F.relu, Dense(128, 128, rng), F.relu, Dense(128, 2, rng))
    D = Sequential(Dense(2, 128, rng), leaky_relu, Dense(128, 128, rng), leaky_relu, Dense(128, 1, rng))
    return Workload(G, D, 16, (2,), m)


def mlp(m: int = 100, critic: bool = False) -> Workload:
    """Perceptrons on 28 x 28 pixels."""
    rng = np.random.default_rng(0)
    G = Sequential(Dense(100, 512, rng), leaky_relu, Dense(512, 512, rng), leaky_relu, Dense(512, 784, rng), F.tanh)
    D = Sequential(Dense(784, 512, rng), leaky_relu, Dense(512, 512, rng), leaky_relu, Dense(512, 1, rng))
    return Workload(G, D, 100, (784,), m, critic)


def dcgan_28(m: int = 64, *, size: int = 28, width: int = 64, critic: bool = False) -> Workload:
    """DCGAN with two strided convolutions in each network; size: of the images, a multiple of 4.

    critic: without batch norm in D, since the gradient penalty needs the gradient of each example by itself.
    """
    rng = np.random.default_rng(0)
    init = nn.normal(0.02)
    half: dict[str, Any] = {"stride": 2, "padding": 1, "initialize": init}
    side, c = size // 4, width
    G = Sequential(
        Dense(100, side * side * 2 * c, rng, bias=False, initialize=init),
        Reshape(side, side, 2 * c),
        BatchNorm(2 * c),
        F.relu,
        ConvTranspose2d(2 * c, c, 4, rng, bias=False, **half),
        BatchNorm(c),
        F.relu,
        ConvTranspose2d(c, 1, 4, rng, **half),
        F.tanh,
    )
    D = Sequential(
        Conv2d(1, c, 4, rng, **half),
        leaky_relu,
        Conv2d(c, 2 * c, 4, rng, bias=critic, **half),
        *([] if critic else [BatchNorm(2 * c)]),
        leaky_relu,
        Reshape(side * side * 2 * c),
        Dense(side * side * 2 * c, 1, rng, initialize=init),
    )
    return Workload(G, D, 100, (size, size, 1), m, critic)


def dcgan_64(m: int = 16, *, width: int = 64) -> Workload:
    """The networks of PyTorch's DCGAN tutorial: five layers each, 64 x 64 pixels, no biases, weights N(0, 0.02)."""
    rng = np.random.default_rng(0)
    c = width
    one: dict[str, Any] = {"bias": False, "initialize": nn.normal(0.02)}
    half: dict[str, Any] = {"stride": 2, "padding": 1, **one}
    up: list[Any] = []
    for inputs, outputs in itertools.pairwise((8 * c, 4 * c, 2 * c, c)):
        up += [ConvTranspose2d(inputs, outputs, 4, rng, **half), BatchNorm(outputs), F.relu]
    G = Sequential(
        Reshape(1, 1, 100),
        ConvTranspose2d(100, 8 * c, 4, rng, **one),  # 1 x 1 to 4 x 4
        BatchNorm(8 * c),
        F.relu,
        *up,
        ConvTranspose2d(c, 3, 4, rng, **half),
        F.tanh,
    )
    down: list[Any] = []
    for inputs, outputs in itertools.pairwise((c, 2 * c, 4 * c, 8 * c)):
        down += [Conv2d(inputs, outputs, 4, rng, **half), BatchNorm(outputs), leaky_relu]
    D = Sequential(
        Conv2d(3, c, 4, rng, **half),
        leaky_relu,
        *down,
        Conv2d(8 * c, 1, 4, rng, **one),  # 4 x 4 to one logit
        Reshape(1),
    )
    return Workload(G, D, 100, (64, 64, 3), m)


def vae(m: int = 128) -> Workload:
    """The networks of PyTorch's example of a VAE: 784-400-20-400-784 with ReLU, on 28 x 28 pixels."""
    sizes: dict[str, Any] = {"hidden": (400,), "code": 20, "outputs": 40, "activation": "relu"}
    made = coders.dense((784,), np.random.default_rng(0), **sizes, initialize=nn.uniform())
    return Workload(autoencoders.variational(made, "bernoulli"), None, 20, (784,), m)


WORKLOADS: dict[str, Callable[..., Workload]] = {
    "ring": ring,
    "mlp": mlp,
    "dcgan-28": dcgan_28,
    "dcgan-64": dcgan_64,
    "wgan-gp-mlp": functools.partial(mlp, critic=True),
    "wgan-gp-dcgan-28": functools.partial(dcgan_28, critic=True),
    "vae": vae,
}


class Agreement(NamedTuple):
    """The iterations in which a peer's losses must equal ours, and the tolerance, relative to max(1, |loss|)."""

    iterations: int = 5
    tolerance: float = 2e-3


# In float64 our losses equal PyTorch's to 1e-13. In float32 rounding errors grow. Adam's first steps have one length
# for all gradients, also for those that consist of rounding errors, as batch norm makes them; and the gradient penalty
# jumps where rounding moves an input of a leaky ReLU across its kink. Perceptrons differ by 1e-6 after five iterations,
# dcgan-28 by 4e-4. In dcgan-64 PyTorch's own float32 differs from its float64 by 2e-5 in the second iteration and by
# 4e-3 in the third.
AGREEMENT = {
    "ring": Agreement(5, 2e-5),
    "mlp": Agreement(5, 2e-5),
    "vae": Agreement(5, 2e-5),
    "dcgan-64": Agreement(2, 2e-3),
}


def known(name: str) -> str:
    """`name`. Raises SettingError, with a suggestion, if no workload is called so.

    >>> known("ring")
    'ring'
    """
    if name not in WORKLOADS:
        raise SettingError(f"No such workload {name!r}. {did_you_mean(name, WORKLOADS)}")
    return name


def workload(name: str, **settings: Any) -> Workload:
    """The workload called `name`. Raises SettingError, with a suggestion, if there is none.

    settings: `m`, and `size` and `width` if the workload has them.
    """
    return WORKLOADS[known(name)](**settings)
