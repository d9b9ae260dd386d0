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
from tinygan.nn.minibatch import each, rows
from tinygan.nn.together import per_example

PACKS = 8  # in which a D that judges packs gets each point
SCATTERED = 256  # points in a minibatch, for a D that depends on it


def outputs_at(D: Any, read: Any, source: Any, points: Any, asarray: Callable[[Any], Any]) -> NDArray[np.float64]:
    """D's outputs at the host examples (n, ...), `Labelled` for a conditional D; (n,) on the host.

    D: frozen and evaluated.   read: turns D's outputs into numbers (m, 1), as `Game.read` does. The numbers may also
    be (m,), or (m, H, W, 1) for patches, of which the mean is taken.
    source: of true examples.   asarray: the backend's.
    A D that judges packs gets each point in eight packs, each filled up with true examples, which are the same for all
    points; the output is the mean. A D that depends on its minibatch gets the points in minibatches chosen at random.
    If it judges packs too, each point is in one pack, because such a D is slow.
    """
    n = rows(points)
    rng = np.random.default_rng(0)
    packs_of = [(each.D, each.pack) if isinstance(each, nn.Packed) else (each, 1) for each in members(D)]
    pack = packs_of[0][1]  # every member of an ensemble packs as the first does
    alone = per_example([inner for inner, _ in packs_of])
    minibatches = [slice(n)] if alone else np.array_split(rng.permutation(n), ceil(n / SCATTERED))
    times = PACKS if alone and pack > 1 else 1
    total = np.zeros(n)
    for _ in range(times):
        others = [source.sample(pack - 1, rng)] if pack > 1 else []
        packs = each(_packs, points, *others)
        for part in minibatches:
            numbers = to_host(raw(read(D(_minibatch(packs, part, asarray)))))
            total[part] += numbers.mean(axis=tuple(range(1, numbers.ndim)))  # over the patches of an example
    return total / times


def _packs(leaf: Any, *others: Any) -> NDArray[Any]:
    """Each row of `leaf` (n, ...) before all rows of `others`: (n, pack, ...), labels as int64, all else as float32."""
    rows = [np.asarray(leaf)[:, np.newaxis], *(np.broadcast_to(o, (len(leaf), *o.shape)) for o in others)]
    return np.concatenate(rows, axis=1, dtype=np.int64 if np.ndim(leaf) == 1 else np.float32)


def _minibatch(packs: Any, part: Any, asarray: Callable[[Any], Any]) -> Any:
    """The packs at the indices `part`, one behind the other, on the backend."""
    return each(lambda leaf: asarray(leaf[part].reshape(-1, *leaf.shape[2:])), packs)
