"""Layers in a row, and the small ones that only reshape or drop."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan import functional as F


class Sequential:
    """Each layer, or plain function, applied to what the one before it returned.

    D[:3] is the first three in a row, sharing their leaves with D; D[1] is one layer, and len(D) their number.
    """

    per_example = True

    def __init__(self, *layers: Callable):
        self.layers = list(layers)

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int | slice) -> Any:
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]


class Reshape:
    """Each example to `shape`: (m, ...) to (m, *shape)."""

    per_example = True

    def __init__(self, *shape: int):
        self.shape = shape

    def __call__(self, x: Any) -> Any:
        return F.reshape(x, shape=(x.shape[0], *self.shape))


class Dropout:
    """functional.dropout with masks from `rng`; without one, the identity: the layer as it is evaluated."""

    def __init__(self, rate: float, rng: np.random.Generator | None = None):
        self.rate, self.rng = rate, rng

    def __call__(self, x: Any) -> Any:
        return x if self.rng is None else F.dropout(x, self.rate, self.rng)
