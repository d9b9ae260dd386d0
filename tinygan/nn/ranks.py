"""A module on one of several ranks, each of which has a slice of the minibatch: what it shares with the others."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from tinygan.communicator import Communicator
from tinygan.nn.layer import replaced
from tinygan.nn.normalization import BatchNorm, ConditionalBatchNorm
from tinygan.nn.walk import map_nodes


def on_rank(tree: Any, ranks: Communicator, rows: int) -> Any:
    """A tree of modules or objectives as it computes on this rank, with `rows` examples of the minibatch.

    Batch norms have the statistics of all ranks' examples. Random generators draw for all ranks, and give this one its
    part. They advance those of `tree`.
    """

    def shared(path: str, node: Any) -> Any:
        if isinstance(node, np.random.Generator):
            return Drawn(node, ranks, rows)
        return replaced(node, ranks=ranks) if isinstance(node, BatchNorm | ConditionalBatchNorm) else node

    return map_nodes(tree, shared)


class Drawn(np.random.Generator):
    """A generator that draws for the examples of all ranks, and gives those of this rank.

    rows: this rank's examples. A draw whose first length is a multiple of it, such as 2 * rows for D(x) and D(G(z)) in
    one pass, has one row for each example. Any other draw is the same on all ranks.

    >>> from tinygan.communicator import in_threads
    >>> whole = np.random.default_rng(0).random(4)
    >>> parts = in_threads(2, lambda ranks: Drawn(np.random.default_rng(0), ranks, 2).random(2))
    >>> bool((np.concatenate(parts) == whole).all())
    True
    """

    def __init__(self, rng: np.random.Generator, ranks: Communicator, rows: int):
        super().__init__(rng.bit_generator)
        self.ranks, self.rows = ranks, rows

    def random(self, size: Any = None, *others: Any, **options: Any) -> Any:
        return self._part(lambda size: super(Drawn, self).random(size, *others, **options), size)

    def standard_normal(self, size: Any = None, *others: Any, **options: Any) -> Any:
        return self._part(lambda size: super(Drawn, self).standard_normal(size, *others, **options), size)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        return self._part(lambda size: super(Drawn, self).uniform(low, high, size), size)

    def integers(self, low: Any, high: Any = None, size: Any = None, *others: Any, **options: Any) -> Any:
        return self._part(lambda size: super(Drawn, self).integers(low, high, size, *others, **options), size)

    def _part(self, draw: Callable[[Any], Any], size: Any) -> Any:
        """This rank's part of draw(size for all ranks); each of several minibatches in a row is divided."""
        shape = (size,) if isinstance(size, int | np.integer) else tuple(size or ())
        if not shape or shape[0] % self.rows:
            return draw(size)
        minibatches, others = shape[0] // self.rows, shape[1:]
        drawn = draw((prod((minibatches, self.ranks.size, self.rows)), *others))
        return drawn.reshape(minibatches, self.ranks.size, self.rows, *others)[:, self.ranks.rank].reshape(shape)
