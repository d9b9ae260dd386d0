"""Layers in a row, and the small ones that only reshape or drop."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.nn.layer import Layer, expect_callable, expect_generator


class Sequential(Layer):
    """Each layer, or plain function, applied to what the one before it returned.

    D[:3] is the first three in a row, sharing their leaves with D; D[1] is one layer, and len(D) their number.
    """

    per_example = True

    def __init__(self, *layers: Callable):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            raise SettingError("Sequential: layers are given one by one, Sequential(*layers), not as a list")
        expect_callable(self, *layers)
        self.layers = list(layers)

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int | slice) -> Any:
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]

    def stages(self) -> list[Callable]:
        """What x passes through, one after another: a line each in a summary."""
        return self.layers


class Reshape(Layer):
    """Each example to `shape`: (m, ...) to (m, *shape)."""

    per_example = True

    def __init__(self, *shape: int):
        if not all(hasattr(n, "__index__") for n in shape):
            raise SettingError(f"Reshape: expected whole numbers one by one, Reshape(4, 4, 64), got {shape}")
        self.shape = shape

    def __call__(self, x: Any) -> Any:
        return F.reshape(x, shape=(x.shape[0], *self.shape))


class Dropout(Layer):
    """functional.dropout with masks from `rng`; without one, the identity: the layer as it is evaluated."""

    def __init__(self, rate: float, rng: np.random.Generator | None = None):
        if not 0 <= rate < 1:
            raise SettingError(f"Dropout: rate is expected in [0, 1), got {rate}")
        if rng is not None:
            expect_generator("Dropout", rng)
        self.rate, self.rng = rate, rng

    def __call__(self, x: Any) -> Any:
        return x if self.rng is None else F.dropout(x, self.rate, self.rng)
