"""Weight normalization: the weight of each output channel as a direction and a length."""

from typing import Any, Self

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, Tensor, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.functional.normalization import rescaled
from tinygan.nn.convolution import ConvTranspose2d, as_matrix
from tinygan.nn.layer import Layer, replaced
from tinygan.nn.state import State
from tinygan.nn.tree import updated


class WeightNorm(Layer):
    """`layer` with weight scale * v / ||v|| in place of v, its own weight; Salimans and Kingma 2016, eq. (2).

    Each output channel has a v and a scale. The scale multiplies the layer's output, which gives the same numbers as a
    multiplied weight and takes less time.
    learned: whether the scale is learned. A fixed one is state; it changes only in `nn.initialized`.
    Raises SettingError if the layer has no weight of two axes or more, or no bias.
    """

    per_example = True
    fixed: State = None

    def __init__(self, layer: Any, *, learned: bool = True):
        weight, bias = getattr(layer, "weight", None), getattr(layer, "bias", None)
        if weight is None or weight.ndim < 2 or bias is None:
            raise SettingError(
                f"WeightNorm: expected a layer with a weight of two axes or more and a bias, got {layer!r}"
            )
        ones = np.ones(bias.shape, np.float32)
        self.layer = layer
        self.scale = Tensor(ones) if learned else None
        self.fixed = None if learned else ones

    def __call__(self, x: Array) -> Array:
        return rescaled(self._linear(x), self._factor(), self.layer.bias)

    def normalized(self) -> Any:
        """The layer with the weight scale * v / ||v||."""
        factor = self._factor()
        if isinstance(self.layer, ConvTranspose2d):  # its outputs are not on the last axis of its weight
            factor = factor[:, None]
        return updated(self.layer, {"weight": self.layer.weight * factor})

    def _linear(self, x: Array) -> Array:
        """The layer's output with weight v and without its bias."""
        return replaced(self.layer, bias=None)(x)

    def _factor(self) -> Array:
        """scale / ||v||, a number for each output channel."""
        lengths = F.column_lengths(as_matrix(self.layer, self.layer.weight))
        return (self.fixed if self.scale is None else self.scale) / lengths

    def initialized(self, x: Array) -> Self:
        """The layer with outputs of mean 0 and variance 1, by channel, for a minibatch x; section 3, eq. (5) and (6).

        A channel that is constant on x keeps its scale.
        """
        y = raw(self._linear(x)) * raw(self._factor())
        axes, xp = tuple(range(y.ndim - 1)), namespace(y)
        mean, std = xp.mean(y, axis=axes), xp.std(y, axis=axes)
        std = xp.where(std > 0, std, xp.ones_like(std))
        name, scale = ("fixed", self.fixed) if self.scale is None else ("scale", raw(self.scale))
        return updated(self, {name: scale / std, "layer.bias": -mean / std})
