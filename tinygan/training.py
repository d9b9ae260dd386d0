"""Algorithm 1 of Goodfellow et al. (2014), and nothing else: everything that watches a run consumes this generator."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from tinygan.autograd import Tensor
from tinygan.errors import SettingError
from tinygan.nn import frozen
from tinygan.optim import Optimizer


class Step(NamedTuple):
    """One update of one player: its loss before the update, both networks after it, and the minibatches it saw.

    D is None where G plays alone.
    """

    iteration: int
    player: Literal["D", "G"]
    loss: Tensor
    G: Any
    D: Any
    x: Any
    z: Any
    objective: Any
    last: bool = False  # of its iteration

    def __repr__(self) -> str:
        return f"Step(iteration={self.iteration}, player={self.player!r}, loss={float(self.loss):.6g})"


def train(
    G: Any,
    D: Any,
    objective: Any,
    g_optimizer: Optimizer,
    d_optimizer: Optimizer,
    noise: Callable[[int], Any],
    data: Callable[[int], Any],
    *,
    m: int,
    k: int = 1,
    start: int = 1,
) -> Iterator[Step]:
    """Algorithm 1: yields a Step after every update of either player, for ever.

    noise(m), data(m): a fresh minibatch of m noise samples, of m examples.   start: the number of the first iteration.
    Raises SettingError at its first step if m or k is less than 1.
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
        objective = objective.after(D, G, x, z)  # what some objectives remember; none of the paper's does
        yield Step(iteration, "G", loss, G, D, x, z, objective, last=True)
