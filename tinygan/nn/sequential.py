"""Layers in a row, and the small ones that only reshape or drop."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.errors import SettingError
from tinygan.nn.layer import Layer, expect_callable, expect_generator


class Sequential(Layer):
    """Each layer, or plain function, applied to what the one before it returned.

    D[:3] is the first three in a row, sharing their leaves with D; D[1] is one layer, and len(D) their number.
    D(x, condition) hands the condition to each layer that takes one, a `ConditionalBatchNorm` for example.
    Raises SettingError for a condition that no layer takes.
    """

    per_example = True

    def __init__(self, *layers: Callable):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            raise SettingError("Sequential: layers are given one by one, Sequential(*layers), not as a list")
        expect_callable(self, *layers)
        self.layers = list(layers)

    def __call__(self, x: Any, *condition: Any) -> Any:
        if condition and not self.conditional:
            raise SettingError("Sequential: none of its layers takes a condition; call it with x alone")
        for layer in self.layers:
            x = layer(x, *condition) if condition and takes_condition(layer) else layer(x)
        return x

    @property
    def conditional(self) -> bool:  # type: ignore[override]
        return any(map(takes_condition, self.layers))

    def __iter__(self) -> Iterator[Callable]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int | slice) -> Any:
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]


def takes_condition(layer: Any) -> bool:
    """Whether a layer is called with a condition."""
    return getattr(layer, "conditional", False)


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
