"""How well an autoencoder models examples that it was not trained on: errors, bounds of log p(x), and log p(x) itself.

G is a `networks.autoencoders.Autoencoder` or, where log p(x) is asked for, a `VariationalAutoencoder`, evaluated.
"""

from collections.abc import Callable
from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinygan.backend import to_host
from tinygan.data import Source
from tinygan.errors import SettingError
from tinygan.metrics.chunks import by_chunks
from tinygan.metrics.measure import Measure
from tinygan.objectives.variational import ACTIVE, log_weights, parts

IMAGES = 500  # of which log p(x) is estimated
DRAWS = 50  # for each image in one pass of G
BOUNDS = (1, 5, 50)  # the k of the bounds L_k; Burda et al. 2016, table 1

Place = Callable[[Any], Any]


def reconstruction_error(G: Any, held_out: Source | None, asarray: Place = np.asarray) -> list[Measure]:
    """[the mean squared error of reconstructions of all held-out examples], by the numbers of an example.

    asarray: the backend's.   Without held-out examples the list is empty.
    """
    if held_out is None:
        return []
    squares = by_chunks(lambda x: _error(to_host(G(G.code(asarray(x)))) - x), held_out)
    title = "squared error of a pixel of a reconstruction"
    return [Measure("reconstruction_error", float(squares.mean()), nan, len(squares), title=title, column="error")]


def _error(away: NDArray[Any]) -> NDArray[Any]:
    return np.mean(np.square(away, dtype=np.float64).reshape(len(away), -1), axis=1)


def elbo_measures(
    G: Any, held_out: Source | None, asarray: Place = np.asarray, *, seed: int = 0, prepare: Place = lambda x: x
) -> list[Measure]:
    """The ELBO of all held-out examples in nats, its KL, and the number of active units.

    seed: of one draw of the code for each example; the KL is in closed form.   prepare: changes the host examples, such
    as to black and white ones.   Without held-out examples the list is empty.
    """
    if held_out is None:
        return []
    found = coded(G, held_out, asarray, seed=seed, prepare=prepare)
    kl, n = found.kl.sum(axis=1), len(found.kl)
    title = "ELBO on all held-out examples, nats"
    elbo = float(np.mean(-found.reconstruction - kl))
    return [
        Measure("elbo", elbo, nan, n, title=title, column="ELBO"),
        Measure("kl", float(kl.mean()), nan, n, title="KL from the prior, nats", column="KL"),
        Measure(
            "active_units", int(found.active.sum()), nan, n, title="active units of the code", total=len(found.active)
        ),
    ]


class Coded(NamedTuple):
    """The codes of n examples.

    reconstruction: -log p(x|z) of one draw, (n,).   kl: of each unit, (n, units), both in nats.   means: of q(z|x),
    (n, units).   active: whether the variance of a unit's mean is above 0.01, (units,).
    """

    reconstruction: NDArray[Any]
    kl: NDArray[Any]
    means: NDArray[Any]
    active: NDArray[Any]


def coded(G: Any, source: Any, asarray: Place = np.asarray, *, seed: int = 0, prepare: Place = lambda x: x) -> Coded:
    """The codes of the examples of a data set; the arguments are those of `elbo_measures`."""
    rng = np.random.default_rng([seed, 2])

    def of_chunk(x: Any) -> NDArray[Any]:
        x = asarray(prepare(x))
        means = G.code(x)
        found = (*parts(G, x, asarray(rng.standard_normal(means.shape, dtype=np.float32))), means)
        return np.concatenate([to_host(each).astype(np.float64).reshape(len(means), -1) for each in found], axis=1)

    rows = by_chunks(of_chunk, source)
    kl, means = np.split(rows[:, 1:], 2, axis=1)
    return Coded(rows[:, 0], kl, means, means.var(axis=0) > ACTIVE)


def log_p_measures(
    G: Any,
    held_out: Any,
    asarray: Place = np.asarray,
    *,
    k: int,
    seed: int = 0,
    prepare: Place = lambda x: x,
) -> list[Measure]:
    """The bounds L_1, L_5, L_50 and the estimate L_k of log p(x), in nats, of up to 500 held-out examples.

    All are means over the same k draws for each example: the mean of L_5 over k / 5 groups, and so on. So the order
    L_1 <= L_5 <= L_50 <= L_k holds for every G if 50 divides k; Burda et al. 2016, theorem 1. For other k a bound
    leaves out the last draws, which make no whole group. Bounds of more than k draws are left out.
    k: draws for each example.   seed: of the draws.   prepare: as for `elbo_measures`.
    Raises SettingError if k is less than 1.
    """
    if k < 1:
        raise SettingError(f"log_p_measures: k is expected to be at least 1, got {k}")
    if held_out is None:
        return []
    n = min(IMAGES, len(held_out))
    weights = _weights(G, held_out, asarray, np.arange(n) * len(held_out) // n, k, seed, prepare)
    found = []
    for draws in (*(j for j in BOUNDS if j < k), k):
        last = draws == k
        title = f"log p(x) by {k:,} importance samples, nats" if last else f"bound L_{draws}, nats"
        name = "log_p" if last else f"bound_{draws}"
        value = float(log_means(weights, draws).mean())
        found.append(Measure(name, value, nan, n, title=title, column="log p" if last else ""))
    return found


def log_means(weights: NDArray[Any], k: int) -> NDArray[np.float64]:
    """The mean over groups of k rows of log (1/k sum_i w_i), from log w (draws, n); (n,). Draws left over are not used.

    >>> np.exp(log_means(np.log([[1.0], [3.0]]), 2)).round(12)
    array([2.])
    """
    groups = len(weights) // k
    by_group = np.asarray(weights, np.float64)[: groups * k].reshape(groups, k, -1)
    top = by_group.max(axis=1, keepdims=True)
    sums = np.log(np.mean(np.exp(by_group - top), axis=1)) + top[:, 0]
    return sums.mean(axis=0)


def _weights(G: Any, source: Any, asarray: Place, indices: Any, k: int, seed: int, prepare: Place) -> NDArray[Any]:
    """log w of k draws for each of the examples at `indices` (n,), (k, n)."""
    rng = np.random.default_rng([seed, 3])
    found = np.empty((k, len(indices)))
    for start in range(0, len(indices), 10):  # so that a pass has 500 rows
        x = asarray(prepare(source.examples(indices[start : start + 10])))
        m, latent = G.code(x).shape
        for first in range(0, k, DRAWS):
            many = min(DRAWS, k - first)
            z = asarray(rng.standard_normal((many * m, latent), dtype=np.float32))
            found[first : first + many, start : start + m] = to_host(log_weights(G, x, z))
    return found
