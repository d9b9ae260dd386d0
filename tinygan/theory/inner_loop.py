"""The inner loop of Algorithm 1 on its own: D is trained for many steps while p_g stays as it is."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan import nn
from tinygan.networks.perceptrons import perceptron
from tinygan.nn import Module, frozen, moved
from tinygan.optim import Optimizer


def against(x: NDArray, fake: NDArray, D: Module, objective: Any, rule: Any, steps: int) -> Iterator[Module]:
    """D before the first step and after each step of `rule` on D's loss.

    x, fake: the examples and the samples (m, d), the same in each step; the loss may add noise to them.
    """
    optimizer = Optimizer(rule)
    yield D
    for _ in range(steps):
        D = optimizer.descend(D, objective.d_loss(D, _given, x, fake))
        yield D


def trained(x: NDArray, fake: NDArray, D: Module, objective: Any, rule: Any, steps: int) -> Module:
    """D after the last of these steps."""
    return deque(against(x, fake, D, objective, rule, steps), maxlen=1).pop()


def quantiles(p: Any, n: int) -> NDArray[np.float64]:
    """n points (n, 1) that stand for a distribution on the line: its quantiles at 1/2n, 3/2n, ... 1 - 1/2n.

    p: a distribution with `cumulative` and `breaks`.   Found by bisection, to 1e-12 of the distance of two breaks.

    >>> from tinygan.data.noise import Uniform
    >>> quantiles(Uniform(1, 0, 1), 4)[:, 0].round(6)
    array([0.125, 0.375, 0.625, 0.875])
    """
    wanted = (np.arange(n) + 0.5) / n
    breaks = p.breaks[0]
    at = np.searchsorted(p.cumulative(breaks), wanted)
    lower, upper = breaks[at - 1], breaks[at]
    for _ in range(40):  # bisection
        middle = (lower + upper) / 2
        below = p.cumulative(middle) < wanted
        lower, upper = np.where(below, middle, lower), np.where(below, upper, middle)
    return ((lower + upper) / 2)[:, np.newaxis]


def undecided(units: int, rng: np.random.Generator) -> Module:
    """A perceptron on the line with `units` ReLU units, in float64, whose output is 0 everywhere: D = 1/2.

    Its last layer starts at 0 because a critic f of WGAN-GP that starts with a slope of the wrong sign keeps it:
    (|f'| - 1)^2 has two minima, and a wall at f' = 0 between them.
    """
    last = nn.Dense(units, 1, rng, initialize=nn.normal(0.0))
    return in_float64(perceptron((1, units, 1), rng, spread=1.5, last=lambda _: last))


def in_float64(module: Module) -> Module:
    """The module with its parameters in float64, as everything in theory/."""
    return moved(module, lambda leaf: np.asarray(leaf, np.float64))


def outputs(D: Module, x: ArrayLike) -> NDArray[np.float64]:
    """D's outputs (n,) at points x (n, d) or (n,)."""
    points = np.asarray(x, np.float64)
    return frozen(D)(points.reshape(len(points), -1))[:, 0]


def _given(fake: NDArray) -> NDArray:
    """The G of samples that are there already."""
    return fake
