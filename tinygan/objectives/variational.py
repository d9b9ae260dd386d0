"""Two lower bounds of log p(x) of a model with codes, p(x) = E[p(x|z)] with z from N(0, I).

G.encode(x) gives q(z|x), and G.decode(z) gives p(x|z): distributions with a row for each example or code, as
`nn.Gaussian`. Codes are drawn as q.at(z), where z is noise from N(0, I); k times as many rows of z as of x are k draws
for each example: row i of z is of example i mod m.
"""

from dataclasses import dataclass
from math import log
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.errors import ShapeMismatch
from tinygan.nn import Minibatch, Module, each, rows, standard_normal
from tinygan.objectives.likelihood import Likelihood
from tinygan.objectives.memory import number
from tinygan.objectives.turn import Turn

ACTIVE = 0.01  # the variance of a code's mean over examples, from which on it is active; Burda et al. 2016, section 5.2


@dataclass(frozen=True)
class ELBO(Likelihood):
    """E[-log p(x|z)] + beta KL(q(z|x) || N(0, I)), minus the evidence lower bound if beta is 1, in nats.

    Kingma and Welling 2014, eq. (10): sums over pixels and units, the KL in closed form, the mean over the minibatch
    and over the k draws.   beta: Higgins et al. 2017, eq. (4).
    """

    beta: float = number(1.0)

    def loss(self, G: Module, x: Minibatch, z: Minibatch) -> Array:
        reconstruction, kl = parts(G, self.seen(G, x, z), z)
        return F.mean(reconstruction) + self.beta * F.mean(F.sum(kl, axis=1))

    def measures(self, turn: Turn) -> dict[str, Any]:
        return {**super().measures(turn), **_measures(turn)}


@dataclass(frozen=True)
class ImportanceWeighted(Likelihood):
    """-E[log 1/k sum_i w_i], with weights w_i = p(x|z_i) p(z_i) / q(z_i|x), in nats; Burda et al. 2016, eq. (8).

    It is minus the bound L_k, k = rows(z) / rows(x). L_1 is the ELBO, with the KL estimated; L_k grows with k to log p.
    """

    def loss(self, G: Module, x: Minibatch, z: Minibatch) -> Array:
        return -F.mean(log_mean_weights(G, self.seen(G, x, z), z))

    def measures(self, turn: Turn) -> dict[str, Any]:
        return {**super().measures(turn), **_measures(turn)}


def log_mean_weights(G: Module, x: Minibatch, z: Minibatch) -> Array:
    """log (1/k sum_i w_i) of each example, (m,): an estimate of log p(x), and L_k in the mean."""
    weights = log_weights(G, x, z)
    return F.logsumexp(weights, axis=0) - log(len(weights))


def log_weights(G: Module, x: Minibatch, z: Minibatch) -> Array:
    """log w = log p(x|z) + log p(z) - log q(z|x) of each draw, (k, m).

    Raises ShapeMismatch unless z has k times as many rows as x.
    """
    k = draws(x, z)
    q, x = _repeated(G.encode(x), k), _repeated(x, k)
    code = q.at(z)
    weights = G.decode(code).log_density(x) + standard_normal(code) - q.log_density(code)
    return F.reshape(weights, shape=(k, -1))


def parts(G: Module, x: Minibatch, z: Minibatch) -> tuple[Array, Array]:
    """(-log p(x|z), KL of each unit): the mean over the draws for each example (m,), and (m, units), in nats.

    Raises ShapeMismatch unless z has k times as many rows as x.
    """
    k, q = draws(x, z), G.encode(x)
    p = G.decode(_repeated(q, k).at(z))
    return -F.mean(F.reshape(p.log_density(_repeated(x, k)), shape=(k, -1)), axis=0), q.divergence()


def draws(x: Minibatch, z: Minibatch) -> int:
    """k, the number of draws for each example. Raises ShapeMismatch if it is not a whole number from 1 on."""
    if rows(z) % rows(x) or not rows(z):
        raise ShapeMismatch(
            f"expected noise with k rows for each example, (k m, units), got {rows(z)} rows for m = {rows(x)} examples"
        )
    return rows(z) // rows(x)


def _repeated(tree: Minibatch, k: int) -> Minibatch:
    """The rows of all, k times one after another."""
    return tree if k == 1 else each(lambda leaf: F.concatenate([leaf] * k), tree)


def _measures(turn: Turn) -> dict[str, Any]:
    """The reconstruction and the KL in nats, and the number of active units, of the minibatch."""
    reconstruction, kl = parts(turn.G, turn.x, turn.z)
    return {
        "reconstruction": raw(F.mean(reconstruction)),
        "kl": raw(F.mean(F.sum(kl, axis=1))),
        "active_units": active_units(turn.G.encode(turn.x).mean),
    }


def active_units(means: Array) -> Array:
    """The number of columns of the codes' means (m, units) whose variance over the examples is above 0.01.

    Burda et al. 2016, section 5.2.
    """
    means = raw(means)
    return F.sum((F.var(means, axis=0, correction=0) > ACTIVE).astype(means.dtype))
