"""The gradient of G's loss while D is trained and G stays as it is, as in Arjovsky and Bottou 2017, figure 2.

p_data is uniform on [0, 1], and G(z) = z + theta with z uniform on [0, 1], each as 64 points. So the supports are apart
for theta = 2 and touch for theta = 1. G has one parameter, and the norm of its gradient is |d loss / d theta|.

Where supports touch, 2 JS has a kink: its slopes are 2 log 2 and 0. A D that is sure on both sides and 1/2 between them
gives G the mean of both: E[D l'], for D's logit l, is the difference of softplus(l) at the ends, log 2 - 0.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.autograd import Tensor, grad
from tinygan.data import Mixture
from tinygan.nn import Module, frozen
from tinygan.objectives import Objective
from tinygan.theory.divergences import jensen_shannon
from tinygan.theory.inner_loop import against, undecided

POINTS = (np.arange(64) + 0.5) / 64


def course(
    games: Sequence[Objective],
    theta: float,
    rule: Any,
    steps: int,
    rng: np.random.Generator,
    *,
    units: int = 32,
    copies: int = 1,
) -> NDArray[np.float64]:
    """|d loss / d theta| of G's loss in each of the games, before D's first step and after each, (games, steps + 1).

    D, a perceptron, descends its loss in the first game by `rule`.   copies: of each point, for games with noise.
    """
    x = np.repeat(POINTS[:, np.newaxis], copies, axis=0)
    players = against(x, x + theta, undecided(units, rng), games[0], rule, steps)
    return np.array([[abs(gradient(game, D, theta, x)) for game in games] for D in players]).T


def gradient(game: Objective, D: Module, theta: float, x: NDArray) -> float:
    """d loss / d theta of G's loss, with D held fixed.   x: the examples, and z as well."""
    shift = Tensor(np.array(theta))
    return float(grad(game.g_loss(frozen(D), lambda z: z + shift, x, x), shift))


def noisy(theta: float, std: float) -> Mixture:
    """The density of z + theta + N(0, std^2) noise: what D is shown of the samples, and for theta = 0 of the data."""
    n = len(POINTS)
    return Mixture(tuple(POINTS + theta), (std,) * n, (1 / n,) * n)


def noisy_gradient(theta: float, std: float, h: float = 1e-3) -> float:
    """d / d theta of 2 JS of data and samples with noise: the minimax gradient at D*, by differences of quadrature."""
    behind, ahead = (jensen_shannon(noisy(0.0, std), noisy(theta + step, std)).value for step in (-h, h))
    return (ahead - behind) / h
