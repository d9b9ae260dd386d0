"""Virtual batch norm: the statistics are those of a fixed reference minibatch and the example itself."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, Tensor
from tinygan.errors import SettingError
from tinygan.nn.checks import expect_epsilon, expect_sizes
from tinygan.nn.layer import Layer, Module, replaced
from tinygan.nn.minibatch import Minibatch, concatenated, part, rows
from tinygan.nn.state import State
from tinygan.nn.walk import map_nodes


class VirtualBatchNorm(Layer):
    """Each example normalized by the statistics of a reference minibatch and itself; Salimans et al. 2016, section 3.5.

    x: (r + m, channels) or (r + m, H, W, channels). The first r rows are the reference minibatch, added by
    `WithReference`, and are normalized by its statistics. Example i is normalized by the statistics of the reference
    and itself: its mean is (r mean_reference + mean_i) / (r + 1), and likewise its mean of squares. Scale and shift are
    learned.
    Raises SettingError outside `WithReference`.
    """

    def __init__(self, channels: int, *, epsilon: float = 1e-5):
        expect_sizes(self, channels)
        self.scale = Tensor(np.ones(channels, np.float32))
        self.shift = Tensor(np.zeros(channels, np.float32))
        self.epsilon = expect_epsilon(self, epsilon)
        self.reference: int | None = None  # r, set by WithReference

    def __call__(self, x: Array) -> Array:
        if self.reference is None:
            raise SettingError("VirtualBatchNorm: no reference minibatch; wrap the network in nn.WithReference")
        r, axes = self.reference, tuple(range(x.ndim - 1))
        reference, x = x[:r], x[r:]
        mean, variance = F.mean(reference, axis=axes), F.var(reference, axis=axes, correction=0)
        means, variances = x, 0.0  # of one point
        if x.ndim > 2:
            means = F.mean(x, axis=axes[1:], keepdims=True)
            variances = F.var(x, axis=axes[1:], keepdims=True, correction=0)
        difference = means - mean
        means = mean + difference / (r + 1)
        # the variance of the union of both sets, without cancellation of large squares
        variances = (r * variance + variances + difference * difference * (r / (r + 1))) / (r + 1)
        examples = (x - means) * (self.scale / F.sqrt(variances + self.epsilon)) + self.shift
        return F.concatenate([F.batch_norm(reference, self.scale, self.shift, self.epsilon), examples])


class WithReference(Layer):
    """`module` applied to a reference minibatch followed by x; returns the outputs for x.

    reference: a fixed minibatch of examples, or of noise, in the form of x; its arrays are raw and are state. If all
    layers of `module` but its `VirtualBatchNorm`s treat each example separately, the output for x_i depends only on x_i
    and the reference.
    Raises SettingError if the module contains a WithReference.

    >>> from tinygan import nn
    >>> rng = np.random.default_rng(0)
    >>> network = nn.Sequential(nn.Dense(2, 8, rng), nn.VirtualBatchNorm(8), F.relu, nn.Dense(8, 1, rng))
    >>> G = nn.WithReference(network, rng.standard_normal((64, 2), dtype=np.float32))
    >>> G(np.zeros((5, 2), np.float32)).shape
    (5, 1)
    """

    per_example = True
    reference: State

    def __init__(self, module: Module, reference: Minibatch):
        def with_size(_: str, node: Any) -> Any:
            if isinstance(node, WithReference):
                raise SettingError("WithReference: the module has a WithReference already; one reference is enough")
            if not isinstance(node, VirtualBatchNorm):
                return node
            return replaced(node, reference=rows(reference))

        self.module, self.reference = map_nodes(module, with_size), reference

    def __call__(self, x: Minibatch) -> Minibatch:
        return self.without_reference(self.module(self.with_reference(x)))

    def with_reference(self, x: Minibatch) -> Minibatch:
        """The reference followed by x."""
        return concatenated([self.reference, x])

    def without_reference(self, y: Minibatch) -> Minibatch:
        """The rows of y after those of the reference."""
        return part(y, rows(self.reference), rows(y))

    def __iter__(self) -> Iterator[Any]:
        return iter((self.with_reference, self.module, self.without_reference))
