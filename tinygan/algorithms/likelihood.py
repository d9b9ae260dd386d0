"""One player without an opponent: G alone descends a loss, such as the negative log-likelihood of the examples."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from tinygan.errors import SettingError
from tinygan.optim import Optimizer
from tinygan.training import Step


def maximize_likelihood(
    G: Any,
    objective: Any,
    optimizer: Optimizer,
    noise: Callable[[int], Any],
    data: Callable[[int], Any],
    *,
    m: int,
    start: int = 1,
) -> Iterator[Step]:
    """Stochastic gradient descent on objective.loss(G, x, z): yields a Step of the player G after every update.

    noise(m), data(m): a fresh minibatch of m noise samples, which a variational autoencoder draws its codes with, and
    of m examples.   start: the number of the first iteration.
    Raises SettingError at its first step if m is less than 1.
    """
    if m < 1:
        raise SettingError(f"maximize_likelihood: m is expected to be at least 1, got m = {m}")
    for iteration in itertools.count(start):
        z = noise(m)
        x = data(m)
        loss = objective.loss(G, x, z)  # such as the mean of -log p(x)
        G = optimizer.descend(G, loss)
        objective = objective.after(None, G, x, z)  # what some objectives remember, such as the weight of a term
        yield Step(iteration, "G", loss, G, None, x, z, objective, last=True)
