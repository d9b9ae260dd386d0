"""Alternating training with stop criteria: each player is updated until D's loss passes a threshold."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from tinygan.errors import SettingError
from tinygan.nn import Minibatch, Module, frozen
from tinygan.optim import Optimizer
from tinygan.training import Step


def train_by_criteria(
    G: Module,
    D: Module,
    objective: Any,
    g_optimizer: Optimizer,
    d_optimizer: Optimizer,
    noise: Callable[[int], Minibatch],
    data: Callable[[int], Minibatch],
    *,
    m: int,
    c1: float,
    c2: float,
    most: int,
    start: int = 1,
) -> Iterator[Step]:
    """D is updated while its loss is above c1, then G while D's loss is below c2; yields a Step after every update.

    most: the maximum number of updates of each player in an iteration; the minimum is 1.
    Comparing a loss waits for the GPU. Raises SettingError at the first step if m or `most` is less than 1.
    """
    if m < 1 or most < 1:
        raise SettingError(f"train_by_criteria: m and most are expected to be at least 1, got m = {m}, most = {most}")
    for iteration in itertools.count(start):
        for _ in range(most):
            z = noise(m)
            x = data(m)
            loss = objective.d_loss(D, frozen(G), x, z)
            D = d_optimizer.descend(D, loss)
            yield Step(iteration, "D", loss, G, D, x, z, objective)
            if float(loss) <= c1:
                break
        for update in range(1, most + 1):
            z = noise(m)
            loss = objective.g_loss(frozen(D), G, x, z)
            G = g_optimizer.descend(G, loss)
            fooled = float(objective.d_loss(frozen(D), frozen(G), x, z)) >= c2
            last = fooled or update == most
            if last:
                objective = objective.after(D, G, x, z)
            yield Step(iteration, "G", loss, G, D, x, z, objective, last)
            if last:
                break
