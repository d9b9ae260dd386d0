"""Layers in a row, and a layer that reshapes."""

from collections.abc import Callable, Iterator
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.nn.checks import expect_callable
from tinygan.nn.layer import Layer
from tinygan.nn.minibatch import Minibatch


class Sequential(Layer):
    """The composition of layers or functions: each is applied to the output of the one before it.

    D[:3] is the Sequential of the first three layers, which shares their leaves; D[1] is a layer; len(D) is their
    number. D(x, condition) passes the condition to each layer that takes one, such as a `ConditionalBatchNorm`.
    Raises SettingError if a condition is passed and no layer takes one.
    """

    per_example = True

    def __init__(self, *layers: Callable):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            raise SettingError("Sequential: layers are given one by one, Sequential(*layers), not as a list")
        expect_callable(self, *layers)
        self.layers = list(layers)

    def __call__(self, x: Minibatch, *condition: Array) -> Any:
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
    """Whether a layer takes a condition."""
    return getattr(layer, "conditional", False)


class Reshape(Layer):
    """Each example reshaped to `shape`: (m, ...) becomes (m, *shape)."""

    per_example = True

    def __init__(self, *shape: int):
        if not all(hasattr(n, "__index__") for n in shape):
            raise SettingError(f"Reshape: expected whole numbers one by one, Reshape(4, 4, 64), got {shape}")
        self.shape = shape

    def __call__(self, x: Array) -> Array:
        return F.reshape(x, shape=(x.shape[0], *self.shape))
