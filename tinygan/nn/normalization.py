"""Normalization layers, and standing statistics for samples that must not depend on their neighbours."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Tensor, raw
from tinygan.nn.tree import frozen, map_nodes


class BatchNorm:
    """functional.batch_norm with learned scale and shift, by the minibatch's statistics or by standing ones.

    x: (N, channels) or (N, H, W, channels).
    """

    def __init__(self, channels: int, *, epsilon: float = 1e-5):
        self.scale = Tensor(np.ones(channels, np.float32))
        self.shift = Tensor(np.zeros(channels, np.float32))
        self.epsilon = epsilon
        self.mean: Any = None
        self.variance: Any = None

    def __call__(self, x: Any) -> Any:
        if self.mean is None:
            return F.batch_norm(x, self.scale, self.shift, self.epsilon)
        factor = self.scale / F.sqrt(self.variance + self.epsilon)
        return x * factor + (self.shift - self.mean * factor)


class LayerNorm:
    """functional.layer_norm over the last axes, those of `shape`, with learned scale and shift."""

    per_example = True

    def __init__(self, shape: int | tuple[int, ...], *, epsilon: float = 1e-5):
        self.scale = Tensor(np.ones(shape, np.float32))
        self.shift = Tensor(np.zeros(shape, np.float32))
        self.epsilon = epsilon

    def __call__(self, x: Any) -> Any:
        return F.layer_norm(x, self.scale, self.shift, self.epsilon)


class InstanceNorm:
    """functional.instance_norm with learned scale and shift. x: (N, H, W, channels)."""

    per_example = True

    def __init__(self, channels: int, *, epsilon: float = 1e-5):
        self.scale = Tensor(np.ones(channels, np.float32))
        self.shift = Tensor(np.zeros(channels, np.float32))
        self.epsilon = epsilon

    def __call__(self, x: Any) -> Any:
        return F.instance_norm(x, self.scale, self.shift, self.epsilon)


def with_statistics(module: Any, noise: Any) -> Any:
    """`module` with the statistics that one large minibatch of noise has in its batch norms; Brock et al. 2019.

    Each sample of the result then depends on its own z alone.
    """

    class Witness:
        """Stands for a batch norm and keeps the statistics of the minibatch that passes."""

        def __init__(self, layer: BatchNorm):
            self.layer = layer

        def __call__(self, x: Any) -> Any:
            axes = tuple(range(x.ndim - 1))
            self.mean = raw(F.mean(raw(x), axis=axes))
            self.variance = raw(F.var(raw(x), axis=axes, correction=0))
            return self.layer(x)

    witnesses: dict[str, Witness] = {}

    def watched(path: str, node: Any) -> Any:
        if isinstance(node, BatchNorm) and node.mean is None:
            return witnesses.setdefault(path, Witness(node))
        return node

    def settled(path: str, node: Any) -> Any:
        if path not in witnesses:
            return node
        layer = BatchNorm.__new__(BatchNorm)
        vars(layer).update(vars(node), mean=witnesses[path].mean, variance=witnesses[path].variance)
        return layer

    map_nodes(frozen(module), watched)(raw(noise))
    return map_nodes(module, settled)
