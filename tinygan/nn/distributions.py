"""Distributions that networks give: q(z|x) of an encoder, p(x|z) of a decoder; and the layers that make them.

A distribution is a namedtuple of its parameters, with a row for each example, so it is a tree like any minibatch.
"""

from math import isfinite, log, pi
from typing import NamedTuple

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, Tensor, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.layer import Layer

LOG_2_PI = log(2 * pi)


class Gaussian(NamedTuple):
    """N(mean, diag(exp(log_variance))) for each row.

    mean: (m, ...).   log_variance: of the same shape, or of one that broadcasts to it, such as () for one variance.
    """

    mean: Array
    log_variance: Array

    def at(self, epsilon: Array) -> Array:
        """mean + std * epsilon, a draw if epsilon is from N(0, I): the reparameterization; Kingma and Welling 2014."""
        return self.mean + F.exp(0.5 * self.log_variance) * epsilon

    def log_density(self, x: Array) -> Array:
        """log p(x) of each row, (m,), in nats.

        >>> Gaussian(np.zeros((1, 2)), np.zeros((1, 2))).log_density(np.zeros((1, 2)))  # -log(2 pi)
        array([-1.83787707])
        """
        away = (x - self.mean) * F.exp(-0.5 * self.log_variance)  # in standard deviations: 1 / variance may overflow
        return -0.5 * _summed(away * away + (self.log_variance + LOG_2_PI))

    def divergence(self) -> Array:
        """KL(N(mean, variance) || N(0, 1)) of each number, (m, ...); Kingma and Welling 2014, appendix B.

        >>> Gaussian(np.array([[0.0, 2.0]]), np.zeros((1, 2))).divergence()
        array([[0., 2.]])
        """
        variance = F.exp(self.log_variance)
        return 0.5 * (self.mean * self.mean + variance - 1 - self.log_variance)


class Bernoulli(NamedTuple):
    """Pixels that are black, -1, or white, 1, with log p(white) / p(black) = logits (m, ...)."""

    logits: Array

    @property
    def mean(self) -> Array:
        """The mean pixels, tanh(logits / 2), in (-1, 1)."""
        return F.tanh(0.5 * self.logits)

    def log_density(self, x: Array) -> Array:
        """sum over pixels of t l - softplus(l), with t = (x + 1) / 2 in [0, 1], of each row, (m,), in nats.

        For black and white pixels it is log p(x). For grey ones it is minus the cross-entropy, and no log-likelihood:
        exp of it does not integrate to 1.

        >>> Bernoulli(np.zeros((1, 2))).log_density(np.array([[1.0, -1.0]])) / np.log(2)
        array([-2.])
        """
        return _summed(0.5 * (x + 1) * self.logits - F.softplus(self.logits))


def _summed(x: Array) -> Array:
    """The sum of each row."""
    return F.sum(F.reshape(x, shape=(x.shape[0], -1)), axis=1)


def standard_normal(z: Array) -> Array:
    """log N(z; 0, I) of each row, (m,): the density of the prior of a variational autoencoder's codes."""
    return -0.5 * _summed(z * z + LOG_2_PI)


class AsGaussian(Layer):
    """Features (m, 2 d) as a Gaussian: the first half are means (m, d), the second half are log-variances."""

    per_example = True

    def __call__(self, x: Array) -> Gaussian:
        if x.ndim != 2 or x.shape[1] % 2:
            raise ShapeMismatch(f"AsGaussian: expected an even number of features, (m, 2 d), got {x.shape}")
        half = x.shape[1] // 2
        return Gaussian(x[:, :half], x[:, half:])


class WithVariance(Layer):
    """Means (m, ...) as a Gaussian with one variance for all numbers, a learned one unless `learned` is False.

    std: the standard deviation, at first or for ever.   Raises SettingError if it is not above 0.
    """

    per_example = True

    def __init__(self, std: float = 1.0, *, learned: bool = True):
        if not (isfinite(std) and std > 0):
            raise SettingError(f"WithVariance: std is expected to be a number above 0, got {std}")
        self.std = std
        self.log_variance = Tensor(np.full(1, 2 * log(std), np.float32)) if learned else None

    def __call__(self, x: Array) -> Gaussian:
        if self.log_variance is not None:
            return Gaussian(x, self.log_variance)
        return Gaussian(x, namespace(raw(x)).asarray([2 * log(self.std)], dtype=x.dtype))


class AsBernoulli(Layer):
    """Logits (m, ...) as a Bernoulli distribution of each pixel."""

    per_example = True

    def __call__(self, x: Array) -> Bernoulli:
        return Bernoulli(x)
