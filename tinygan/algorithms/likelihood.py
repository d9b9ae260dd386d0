"""Training of a single player, G, by a loss such as the negative log-likelihood of the examples."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from tinygan.errors import SettingError
from tinygan.nn import Minibatch, Module
from tinygan.optim import Optimizer
from tinygan.training import Step


def maximize_likelihood(
    G: Module,
    objective: Any,
    optimizer: Optimizer,
    noise: Callable[[int], Minibatch],
    data: Callable[[int], Minibatch],
    *,
    m: int,
    start: int = 1,
) -> Iterator[Step]:
    """Stochastic gradient descent on objective.loss(G, x, z): yields a Step after every update, without end.

    noise(m), data(m): return a new minibatch of noise (with which a variational autoencoder draws its codes) or of
    examples.   start: the number of the first iteration.
    Raises SettingError at the first step if m is less than 1.
    """
    if m < 1:
        raise SettingError(f"maximize_likelihood: m is expected to be at least 1, got m = {m}")
    for iteration in itertools.count(start):
        z = noise(m)
        x = data(m)
        loss = objective.loss(G, x, z)  # such as the mean of -log p(x)
        G = optimizer.descend(G, loss)
        objective = objective.after(None, G, x, z)  # state of the objective, such as a weight that changes
        yield Step(iteration, "G", loss, G, None, x, z, objective, last=True)
