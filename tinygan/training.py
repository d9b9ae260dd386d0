"""Algorithm 1 of Goodfellow et al. (2014), as a generator of steps that progress bars and histories consume."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from tinygan.autograd import Tensor
from tinygan.errors import SettingError
from tinygan.nn import Minibatch, Module, frozen
from tinygan.optim import Optimizer


class Step(NamedTuple):
    """One update of one player: its loss before the update, both networks after it, and the minibatches of the update.

    D is None if the run has one player, G.
    """

    iteration: int
    player: Literal["D", "G"]
    loss: Tensor
    G: Module
    D: Module
    x: Minibatch
    z: Minibatch
    objective: Any
    last: bool = False  # whether this is the last step of its iteration

    def __repr__(self) -> str:
        return f"Step(iteration={self.iteration}, player={self.player!r}, loss={float(self.loss):.6g})"


def train(
    G: Module,
    D: Module,
    objective: Any,
    g_optimizer: Optimizer,
    d_optimizer: Optimizer,
    noise: Callable[[int], Minibatch],
    data: Callable[[int], Minibatch],
    *,
    m: int,
    k: int = 1,
    start: int = 1,
) -> Iterator[Step]:
    """Algorithm 1: yields a Step after every update of either player, without end.

    noise(m), data(m): return a new minibatch of noise or of examples.   start: the number of the first iteration.
    Raises SettingError at the first step if m or k is less than 1.
    """
    if m < 1 or k < 1:
        raise SettingError(f"train: m and k are expected to be at least 1, got m = {m}, k = {k}")
    for iteration in itertools.count(start):  # for number of training iterations do
        for _ in range(k):  # for k steps do
            z = noise(m)  # sample minibatch of m noise samples
            x = data(m)  # sample minibatch of m examples
            loss = objective.d_loss(D, frozen(G), x, z)
            D = d_optimizer.descend(D, loss)  # update the discriminator by ascending its stochastic gradient
            yield Step(iteration, "D", loss, G, D, x, z, objective)
        z = noise(m)  # sample minibatch of m noise samples
        loss = objective.g_loss(frozen(D), G, x, z)
        G = g_optimizer.descend(G, loss)  # update the generator by descending its stochastic gradient
        objective = objective.after(D, G, x, z)  # moving averages, for example; the paper has none
        yield Step(iteration, "G", loss, G, D, x, z, objective, last=True)
