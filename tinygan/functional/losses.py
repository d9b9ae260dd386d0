"""Losses on logits, which need no logarithm of a rounded probability; softmax; and dropout."""

import numpy as np

from tinygan.autograd.arithmetic import mean, real, sum
from tinygan.autograd.primitive import Array, primitive, raw
from tinygan.autograd.tensor import Tensor
from tinygan.backend import namespace
from tinygan.errors import ShapeMismatch
from tinygan.functional.elementwise import exp, softplus, where


@primitive(lambda g, out, x, axis=-1: g - exp(out) * sum(g, axis=axis, keepdims=True))
def log_softmax(xp, x, axis=-1):
    """x - logsumexp(x) over `axis`, without overflow; nan where the maximum is infinite."""
    x = real(xp, x)
    below = x - xp.max(x, axis=axis, keepdims=True)
    return below - xp.log(xp.sum(xp.exp(below), axis=axis, keepdims=True))


@primitive(lambda g, out, x, axis=-1: out * (g - sum(g * out, axis=axis, keepdims=True)))
def softmax(xp, x, axis=-1):
    """exp(x) / sum(exp(x)) over `axis`, without overflow; nan where the maximum is infinite."""
    x = real(xp, x)
    weights = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
    return weights / xp.sum(weights, axis=axis, keepdims=True)


def cross_entropy(logits: Array, labels: Array) -> Array:
    """-mean log softmax(logits)[label] over all examples.

    logits: (..., K).   labels: raw integers of shape (...) in 0..K-1, on the host or on the device. Another label
    makes the loss nan; a check that raises an error would have to wait for the GPU.
    Raises ShapeMismatch if the shapes differ or the labels are not integers.

    >>> float(cross_entropy(np.zeros((2, 4)), np.array([0, 3]))) == float(np.log(4))
    True
    """
    labels = labels if hasattr(labels, "dtype") else np.asarray(labels)
    if labels.shape != logits.shape[:-1] or labels.dtype.kind not in "iu":
        raise ShapeMismatch(
            f"cross_entropy: logits {logits.shape} need integer labels of shape {logits.shape[:-1]}, "
            f"got {labels.dtype} {labels.shape}"
        )
    xp, classes = namespace(raw(logits)), logits.shape[-1]
    logits, labels = real(xp, logits), xp.asarray(labels)[..., None]
    outside = xp.where((labels < 0) | (labels >= classes), xp.nan, 0.0).astype(logits.dtype)
    one_hot = labels % classes == xp.arange(classes)  # (..., K)
    return -mean(sum(where(one_hot, log_softmax(logits + outside), 0.0), axis=-1))


def binary_cross_entropy_with_logits(logits: Array, targets: Array) -> Array:
    """-mean[t log sigmoid(l) + (1 - t) log(1 - sigmoid(l))] = mean[softplus(l) - t l]; finite at any logit.

    >>> float(binary_cross_entropy_with_logits(np.array([0.0, 1e4]), np.array([1.0, 1.0]))) == float(np.log(2) / 2)
    True
    """
    if getattr(targets, "shape", logits.shape) != logits.shape:
        raise ShapeMismatch(f"binary_cross_entropy_with_logits: logits are {logits.shape}, but targets {targets.shape}")
    xp = namespace(raw(logits))
    logits = real(xp, logits)
    if not isinstance(targets, Tensor):
        targets = xp.asarray(targets, dtype=logits.dtype)
    return mean(softplus(logits) - targets * logits)


def dropout(x: Array, rate: float, rng: np.random.Generator) -> Array:
    """x with each entry set to 0 with probability `rate` and the others divided by 1 - rate; Srivastava et al. 2014.

    rng: a NumPy generator, which samples the mask on the host.
    Raises ValueError unless 0 <= rate < 1.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"dropout: rate is expected in [0, 1), got {rate}")
    xp = namespace(raw(x))
    x = real(xp, x)
    kept = (rng.random(x.shape) >= rate) / np.float64(1 - rate)
    return x * xp.asarray(kept, dtype=x.dtype)
