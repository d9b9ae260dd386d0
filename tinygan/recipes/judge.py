"""What D says of single points, also where it judges packs of examples or looks across its minibatch."""

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.nn.together import per_example

COMPANIES = 8  # that a point is shown in, to a D that judges packs
SCATTERED = 256  # points in a minibatch, for a D that looks across it


def judged(D: Any, read: Any, source: Any, points: Any, asarray: Callable[[Any], Any]) -> NDArray[np.float64]:
    """(n,) numbers on the host: what D says of each of the host points (n, ...).

    D: frozen.   read: turns what D gives into numbers (m, 1), as `Game.read` does.
    source: of true examples.   asarray: the backend's.
    A D that judges packs sees each point with true examples, and what it says is the mean over eight such companies,
    the same for every point. One that looks across its minibatch sees the points in scattered minibatches, and if it
    judges packs too, which takes its time, with one company.
    """
    n, shape = len(points), points.shape[1:]
    rng = np.random.default_rng(0)
    inner, pack = (D.D, D.pack) if isinstance(D, nn.Packed) else (D, 1)
    alone = per_example(inner)
    minibatches = [slice(n)] if alone else np.array_split(rng.permutation(n), ceil(n / SCATTERED))
    times = COMPANIES if alone and pack > 1 else 1
    packs = np.empty((n, pack, *shape), np.float32)
    packs[:, 0] = points
    said = np.zeros(n)
    for _ in range(times):
        if pack > 1:
            packs[:, 1:] = _examples(source, pack - 1, rng)
        for part in minibatches:
            said[part] += to_host(raw(read(D(asarray(packs[part].reshape(-1, *shape))))))[:, 0]
    return said / times


def _examples(source: Any, count: int, rng: np.random.Generator) -> Any:
    """So many true examples: drawn from a density, or picked from those that there are."""
    if hasattr(source, "sample"):
        return source.sample(count, rng)
    return source.examples(rng.integers(len(source), size=count))
