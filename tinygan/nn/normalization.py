"""Normalization layers."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, Tensor
from tinygan.communicator import Communicator, alone
from tinygan.errors import SettingError
from tinygan.nn.checks import expect_epsilon, expect_sizes
from tinygan.nn.dense import Dense
from tinygan.nn.initialize import Initializer, normal
from tinygan.nn.layer import Layer
from tinygan.nn.state import State


class BatchNorm(Layer):
    """functional.batch_norm with learned scale and shift.

    x: (N, channels) or (N, H, W, channels). The statistics are those of the minibatch, or `mean` and `variance` if
    `with_statistics` has set them.   scale: False for a scale of 1 that is not learned.
    """

    mean: State = None
    variance: State = None
    ranks: ClassVar[Communicator] = alone  # over whose minibatches the statistics are; `on_rank` sets it

    def __init__(self, channels: int, *, scale: bool = True, epsilon: float = 1e-5):
        expect_sizes(self, channels)
        self.scale = Tensor(np.ones(channels, np.float32)) if scale else None
        self.shift = Tensor(np.zeros(channels, np.float32))
        self.epsilon = expect_epsilon(self, epsilon)

    def __call__(self, x: Array) -> Array:
        if self.mean is not None:
            factor = (1.0 if self.scale is None else self.scale) / F.sqrt(self.variance + self.epsilon)
            return x * factor + (self.shift - self.mean * factor)
        if self.scale is None:
            axes = tuple(range(x.ndim - 1))
            return F.standardize(x, axes=axes, epsilon=self.epsilon, ranks=self.ranks) + self.shift
        return F.batch_norm(x, self.scale, self.shift, self.epsilon, self.ranks)


class ConditionalBatchNorm(Layer):
    """Batch norm whose scale, 1 + Dense(condition), and shift, Dense(condition), depend on each example's condition.

    It is called as layer(x, condition), with x (N, channels) or (N, H, W, channels) and condition (N, inputs), such as
    an embedding or one-hot labels. de Vries et al. 2017, section 3.1; the 1 is from Brock et al. 2019, appendix B.
    initialize: of both weights; N(0, 0.02**2) by default.   wrap: a function of both Dense, such as nn.SpectralNorm.
    """

    conditional = True
    mean: State = None
    variance: State = None
    ranks: ClassVar[Communicator] = alone

    def __init__(
        self,
        channels: int,
        inputs: int,
        rng: np.random.Generator,
        *,
        epsilon: float = 1e-5,
        initialize: Initializer | None = None,
        wrap: Callable = lambda layer: layer,
    ):
        self.scale, self.shift = (
            wrap(Dense(inputs, channels, rng, bias=False, initialize=initialize or normal())) for _ in range(2)
        )
        self.epsilon = expect_epsilon(self, epsilon)

    def __call__(self, x: Array, condition: Array = None) -> Array:
        if condition is None:
            raise SettingError("ConditionalBatchNorm: it is called with a condition, as layer(x, condition)")
        shape = (len(condition), *(1 for _ in x.shape[1:-1]), -1)
        scale = 1 + F.reshape(self.scale(condition), shape=shape)
        shift = F.reshape(self.shift(condition), shape=shape)
        if self.mean is None:
            return F.batch_norm(x, scale, shift, self.epsilon, self.ranks)
        factor = scale / F.sqrt(self.variance + self.epsilon)
        return x * factor + (shift - self.mean * factor)


class LayerNorm(Layer):
    """functional.layer_norm over the last axes, which have shape `shape`, with learned scale and shift."""

    per_example = True

    def __init__(self, shape: int | tuple[int, ...], *, epsilon: float = 1e-5):
        shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
        expect_sizes(self, *shape)
        self.scale = Tensor(np.ones(shape, np.float32))
        self.shift = Tensor(np.zeros(shape, np.float32))
        self.epsilon = expect_epsilon(self, epsilon)

    def __call__(self, x: Array) -> Array:
        return F.layer_norm(x, self.scale, self.shift, self.epsilon)


class InstanceNorm(Layer):
    """functional.instance_norm with learned scale and shift. x: (N, H, W, channels)."""

    per_example = True

    def __init__(self, channels: int, *, epsilon: float = 1e-5):
        expect_sizes(self, channels)
        self.scale = Tensor(np.ones(channels, np.float32))
        self.shift = Tensor(np.zeros(channels, np.float32))
        self.epsilon = expect_epsilon(self, epsilon)

    def __call__(self, x: Array) -> Array:
        return F.instance_norm(x, self.scale, self.shift, self.epsilon)
