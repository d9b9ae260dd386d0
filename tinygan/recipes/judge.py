"""D's outputs at single points, also for a D that judges packs of examples or depends on its whole minibatch."""

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.nn.ensemble import members
from tinygan.nn.together import per_example

PACKS = 8  # in which a D that judges packs gets each point
SCATTERED = 256  # points in a minibatch, for a D that depends on it


def outputs_at(D: Any, read: Any, source: Any, points: Any, asarray: Callable[[Any], Any]) -> NDArray[np.float64]:
    """D's outputs at the host points (n, ...), (n,) on the host.

    D: frozen.   read: turns D's outputs into numbers (m, 1), as `Game.read` does.
    source: of true examples.   asarray: the backend's.
    A D that judges packs gets each point in eight packs, each filled up with true examples, which are the same for all
    points; the output is the mean. A D that depends on its minibatch gets the points in minibatches chosen at random.
    If it judges packs too, each point is in one pack, because such a D is slow.
    """
    n, shape = len(points), points.shape[1:]
    rng = np.random.default_rng(0)
    packs_of = [(each.D, each.pack) if isinstance(each, nn.Packed) else (each, 1) for each in members(D)]
    pack = packs_of[0][1]  # every member of an ensemble packs as the first does
    alone = per_example([inner for inner, _ in packs_of])
    minibatches = [slice(n)] if alone else np.array_split(rng.permutation(n), ceil(n / SCATTERED))
    times = PACKS if alone and pack > 1 else 1
    packs = np.empty((n, pack, *shape), np.float32)
    packs[:, 0] = points
    total = np.zeros(n)
    for _ in range(times):
        if pack > 1:
            packs[:, 1:] = _examples(source, pack - 1, rng)
        for part in minibatches:
            total[part] += to_host(raw(read(D(asarray(packs[part].reshape(-1, *shape))))))[:, 0]
    return total / times


def _examples(source: Any, count: int, rng: np.random.Generator) -> Any:
    """`count` true examples: draws from a density, or examples of a data set."""
    if hasattr(source, "sample"):
        return source.sample(count, rng)
    return source.examples(rng.integers(len(source), size=count))
