"""Normalization layers, and standing statistics for samples that must not depend on their neighbours."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Tensor, raw
from tinygan.nn.dense import Dense
from tinygan.nn.initialize import normal
from tinygan.nn.layer import Layer, State, expect_epsilon, expect_sizes, replaced
from tinygan.nn.minibatch import each
from tinygan.nn.tree import frozen, map_nodes


class BatchNorm(Layer):
    """functional.batch_norm with learned scale and shift, by the minibatch's statistics or by standing ones.

    x: (N, channels) or (N, H, W, channels).
    """

    mean: State = None
    variance: State = None

    def __init__(self, channels: int, *, epsilon: float = 1e-5):
        expect_sizes(self, channels)
        self.scale = Tensor(np.ones(channels, np.float32))
        self.shift = Tensor(np.zeros(channels, np.float32))
        self.epsilon = expect_epsilon(self, epsilon)

    def __call__(self, x: Any) -> Any:
        if self.mean is None:
            return F.batch_norm(x, self.scale, self.shift, self.epsilon)
        factor = self.scale / F.sqrt(self.variance + self.epsilon)
        return x * factor + (self.shift - self.mean * factor)


class ConditionalBatchNorm(Layer):
    """Batch norm whose scale and shift each example's condition gives: 1 + Dense(condition), and Dense(condition).

    Called as layer(x, condition), with x (N, channels) or (N, H, W, channels) and condition (N, inputs): an embedding,
    or one-hot labels. de Vries et al. 2017, section 3.1; the 1 is of Brock et al. 2019, appendix B.
    """

    conditional = True
    mean: State = None
    variance: State = None

    def __init__(self, channels: int, inputs: int, rng: np.random.Generator, *, epsilon: float = 1e-5):
        self.scale = Dense(inputs, channels, rng, bias=False, initialize=normal())
        self.shift = Dense(inputs, channels, rng, bias=False, initialize=normal())
        self.epsilon = expect_epsilon(self, epsilon)

    def __call__(self, x: Any, condition: Any) -> Any:
        shape = (len(condition), *(1 for _ in x.shape[1:-1]), -1)
        scale = 1 + F.reshape(self.scale(condition), shape=shape)
        shift = F.reshape(self.shift(condition), shape=shape)
        if self.mean is None:
            return F.batch_norm(x, scale, shift, self.epsilon)
        factor = scale / F.sqrt(self.variance + self.epsilon)
        return x * factor + (shift - self.mean * factor)


class LayerNorm(Layer):
    """functional.layer_norm over the last axes, those of `shape`, with learned scale and shift."""

    per_example = True

    def __init__(self, shape: int | tuple[int, ...], *, epsilon: float = 1e-5):
        shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
        expect_sizes(self, *shape)
        self.scale = Tensor(np.ones(shape, np.float32))
        self.shift = Tensor(np.zeros(shape, np.float32))
        self.epsilon = expect_epsilon(self, epsilon)

    def __call__(self, x: Any) -> Any:
        return F.layer_norm(x, self.scale, self.shift, self.epsilon)


class InstanceNorm(Layer):
    """functional.instance_norm with learned scale and shift. x: (N, H, W, channels)."""

    per_example = True

    def __init__(self, channels: int, *, epsilon: float = 1e-5):
        expect_sizes(self, channels)
        self.scale = Tensor(np.ones(channels, np.float32))
        self.shift = Tensor(np.zeros(channels, np.float32))
        self.epsilon = expect_epsilon(self, epsilon)

    def __call__(self, x: Any) -> Any:
        return F.instance_norm(x, self.scale, self.shift, self.epsilon)


def with_statistics(module: Any, *inputs: Any) -> Any:
    """`module` with the statistics that one large minibatch has in its batch norms; Brock et al. 2019.

    inputs: what module is called with: noise, and for a conditional module its conditions.
    Each sample of the result then depends on its own z alone. A layer in two places gets the statistics of all that
    passed it.
    """

    class Witness:
        """Stands for a batch norm and keeps what passes, as rows."""

        def __init__(self, layer: Any):
            self.layer = layer
            self.rows: list[Any] = []

        def __call__(self, x: Any, *condition: Any) -> Any:
            self.rows.append(raw(x).reshape(-1, x.shape[-1]))
            return self.layer(x, *condition)

    witnesses: dict[str, Witness] = {}

    def watched(path: str, node: Any) -> Any:
        if isinstance(node, (BatchNorm, ConditionalBatchNorm)) and node.mean is None:
            return witnesses.setdefault(path, Witness(node))
        return node

    def settled(path: str, node: Any) -> Any:
        if path not in witnesses:
            return node
        rows = F.concatenate(witnesses[path].rows)
        return replaced(node, mean=F.mean(rows, axis=0), variance=F.var(rows, axis=0, correction=0))

    map_nodes(frozen(module), watched)(*(each(raw, x) for x in inputs))
    return map_nodes(module, settled)
