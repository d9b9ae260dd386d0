"""Data-parallel training: several ranks take the steps of one, each with its slice of every minibatch.

    one rank                         rank r of n
    x = data(m)                      x = data(m), and of it the rows from r m / n to (r + 1) m / n
    loss, a mean over m examples     the mean over ranks of the mean over m / n examples
    its gradient                     the mean over ranks of the ranks' gradients, which one Allreduce computes
    an update                        the same update on every rank

Every rank draws the whole minibatch from the same stream, so that all streams stay equal.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

from tinygan import functional as F
from tinygan.autograd import Array, Tensor
from tinygan.communicator import Communicator
from tinygan.errors import SettingError
from tinygan.nn import Minibatch, Module, on_rank
from tinygan.nn.minibatch import part, rows
from tinygan.optim import Optimizer, mean_over_ranks
from tinygan.training import Step


def in_parallel(
    algorithm: Callable[..., Iterator[Step]],
    ranks: Communicator,
    G: Module,
    D: Module,
    objective: Any,
    g_optimizer: Optimizer,
    d_optimizer: Optimizer,
    noise: Callable[[int], Minibatch],
    data: Callable[[int], Minibatch],
    **settings: Any,
) -> Iterator[Step]:
    """The steps of `algorithm`, such as `train`, on all ranks; each step has the loss and the minibatches of all.

    All ranks start with equal networks, states and streams.
    settings: of the algorithm.   Raises SettingError at the first step if m is no multiple of the number of ranks.
    """
    z, x = Sliced(noise, ranks), Sliced(data, ranks)
    optimizers = (optimizer and Shared(optimizer, ranks) for optimizer in (g_optimizer, d_optimizer))
    for step in algorithm(G, D, OnRank(objective, ranks, x, z), *optimizers, z, x, **settings):
        yield step._replace(x=x.whole, z=z.whole, objective=step.objective.objective)


class Sliced:
    """This rank's slices of a stream of minibatches; `whole` is the last minibatch."""

    def __init__(self, stream: Callable[[int], Minibatch], ranks: Communicator):
        self.stream, self.ranks, self.whole = stream, ranks, None

    def __call__(self, m: int) -> Minibatch:
        if m % self.ranks.size:
            raise SettingError(f"m is expected to be a multiple of {self.ranks.size}, the number of ranks, got {m}")
        self.whole = self.stream(m)
        n = m // self.ranks.size
        return part(self.whole, self.ranks.rank * n, (self.ranks.rank + 1) * n)


class Shared:
    """An optimizer that descends along the mean of the ranks' gradients."""

    def __init__(self, optimizer: Optimizer, ranks: Communicator):
        self.optimizer, self.ranks = optimizer, ranks

    def descend(self, module: Module, loss: Tensor) -> Module:
        return self.optimizer.apply(module, mean_over_ranks(self.optimizer.gradients(module, loss), self.ranks))


@dataclass(frozen=True)
class OnRank:
    """An objective whose losses are the means over ranks."""

    objective: Any
    ranks: Communicator
    data: Sliced
    noise: Sliced

    def d_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        return self._mean("d_loss", D, G, x, z)

    def g_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        return self._mean("g_loss", D, G, x, z)

    def loss(self, G: Module, x: Minibatch, z: Minibatch) -> Array:
        return self._mean("loss", G, x, z)

    def _mean(self, loss: str, *given: Any) -> Array:
        *players, x, z = given
        objective, *players = on_rank([self.objective, *players], self.ranks, rows(z))
        return F.mean_over_ranks(getattr(objective, loss)(*players, x, z), ranks=self.ranks)

    def after(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Self:
        """The next objective. Its state comes from the whole minibatch, so it is equal on all ranks."""
        return replace(self, objective=self.objective.after(D, G, self.data.whole, self.noise.whole))
