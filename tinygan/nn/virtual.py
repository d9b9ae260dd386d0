"""Virtual batch norm: statistics from a reference minibatch that is chosen once, and from the example itself."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Tensor
from tinygan.errors import SettingError
from tinygan.nn.layer import Layer, State, expect_epsilon, expect_sizes, replaced
from tinygan.nn.tree import map_nodes


class VirtualBatchNorm(Layer):
    """Each example normalized by the statistics of a reference minibatch and itself; Salimans et al. 2016, section 3.5.

    x: (r + m, channels) or (r + m, H, W, channels), the r examples of the reference first, which `WithReference` puts
    there. They are normalized by their own statistics, each other example by those of r + 1: its mean is
    (r mean_reference + mean_i) / (r + 1), and likewise its mean of squares. Learned scale and shift.
    """

    def __init__(self, channels: int, *, epsilon: float = 1e-5):
        expect_sizes(self, channels)
        self.scale = Tensor(np.ones(channels, np.float32))
        self.shift = Tensor(np.zeros(channels, np.float32))
        self.epsilon = expect_epsilon(self, epsilon)
        self.reference: int | None = None  # r

    def __call__(self, x: Any) -> Any:
        if self.reference is None:
            raise SettingError("VirtualBatchNorm: no reference minibatch; put the network into nn.WithReference")
        r, axes = self.reference, tuple(range(x.ndim - 1))
        reference, x = x[:r], x[r:]
        mean, variance = F.mean(reference, axis=axes), F.var(reference, axis=axes, correction=0)
        means, variances = x, 0.0  # of a single point
        if x.ndim > 2:
            means = F.mean(x, axis=axes[1:], keepdims=True)
            variances = F.var(x, axis=axes[1:], keepdims=True, correction=0)
        away = means - mean
        means = mean + away / (r + 1)
        variances = (r * variance + variances + away * away * (r / (r + 1))) / (r + 1)  # no squares that cancel
        examples = (x - means) * (self.scale / F.sqrt(variances + self.epsilon)) + self.shift
        return F.concatenate([F.batch_norm(reference, self.scale, self.shift, self.epsilon), examples])


class WithReference(Layer):
    """`module` on the reference minibatch and x together; what it gives for x. Each VirtualBatchNorm in it sees both.

    reference: a raw array of examples, or of noise, drawn once: state. If no layer of `module` looks across examples
    but virtual batch norms, what x_i becomes depends on x_i and the reference alone.

    >>> from tinygan import nn
    >>> rng = np.random.default_rng(0)
    >>> network = nn.Sequential(nn.Dense(2, 8, rng), nn.VirtualBatchNorm(8), F.relu, nn.Dense(8, 1, rng))
    >>> G = nn.WithReference(network, rng.standard_normal((64, 2), dtype=np.float32))
    >>> G(np.zeros((5, 2), np.float32)).shape
    (5, 1)
    """

    per_example = True
    reference: State

    def __init__(self, module: Any, reference: Any):
        def sized(_: str, node: Any) -> Any:
            if isinstance(node, WithReference):
                raise SettingError("WithReference: the module holds a WithReference already; one reference is enough")
            if not isinstance(node, VirtualBatchNorm):
                return node
            return replaced(node, reference=len(reference))

        self.module, self.reference = map_nodes(module, sized), reference

    def __call__(self, x: Any) -> Any:
        return self.without_reference(self.module(self.with_reference(x)))

    def with_reference(self, x: Any) -> Any:
        """The reference, then x."""
        return F.concatenate([self.reference, x])

    def without_reference(self, y: Any) -> Any:
        """What y holds behind the results for the reference."""
        return y[len(self.reference) :]

    def __iter__(self) -> Iterator[Any]:
        return iter((self.with_reference, self.module, self.without_reference))
