"""Convolution and transposed convolution as layers."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, Tensor
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.functional.windows import pair
from tinygan.nn.initialize import Initializer, he
from tinygan.nn.layer import Layer, drawn


class Conv2d(Layer):
    """conv2d(x, weight) + bias, from (N, H, W, inputs) to (N, OH, OW, outputs). weight: (KH, KW, inputs, outputs).

    reflect: the padding mirrors the image, in place of zeros, which a network sees as a dark frame.
    """

    per_example = True

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int | tuple[int, int],
        rng: np.random.Generator,
        *,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        reflect: bool = False,
        bias: bool = True,
        initialize: Initializer | None = None,
    ):
        self.weight = drawn(self, initialize or he(), (*pair(kernel), inputs, outputs), rng)
        self.bias = Tensor(np.zeros(outputs, np.float32)) if bias else None
        self.stride, self.padding, self.reflect = stride, padding, reflect
        _expect_pairs(self, stride=(stride, 1), padding=(padding, 0))

    def __call__(self, x: Array) -> Array:
        x, padding = (F.pad_reflected(x, self.padding), 0) if self.reflect else (x, self.padding)
        y = F.conv2d(x, self.weight, stride=self.stride, padding=padding)
        return y if self.bias is None else y + self.bias


class ConvTranspose2d(Layer):
    """conv_transpose2d(y, weight) + bias, from (N, OH, OW, inputs) to (N, H, W, outputs).

    weight: (KH, KW, outputs, inputs). The layer is the adjoint of a convolution from `outputs` to `inputs` channels,
    which has this weight.
    """

    per_example = True

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int | tuple[int, int],
        rng: np.random.Generator,
        *,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        output_padding: int | tuple[int, int] = 0,
        bias: bool = True,
        initialize: Initializer | None = None,
    ):
        self.weight = drawn(self, initialize or he(), (*pair(kernel), outputs, inputs), rng)
        self.bias = Tensor(np.zeros(outputs, np.float32)) if bias else None
        self.stride, self.padding, self.output_padding = stride, padding, output_padding
        _expect_pairs(self, stride=(stride, 1), padding=(padding, 0), output_padding=(output_padding, 0))

    def __call__(self, y: Array) -> Array:
        x = F.conv_transpose2d(
            y, self.weight, stride=self.stride, padding=self.padding, output_padding=self.output_padding
        )
        return x if self.bias is None else x + self.bias


def _expect_pairs(layer: Layer, **settings: tuple[Any, int]) -> None:
    """Raises SettingError unless each value is a whole number from its minimum on, or a pair of them."""
    for name, (value, least) in settings.items():
        try:
            pair(value, least)
        except ShapeMismatch as error:
            raise SettingError(f"{type(layer).__name__}: {name}: {error}") from None


def as_matrix(layer: Any, weight: Array) -> Array:
    """A layer's weight as a matrix with a column for each output channel.

    layer: if it is a ConvTranspose2d, output channels are the third axis, else the last.   weight: a Tensor or raw
    array of the shape of the layer's weight.
    """
    if isinstance(layer, ConvTranspose2d):
        weight = F.transpose(weight, axes=(0, 1, 3, 2))
    return F.reshape(weight, shape=(-1, weight.shape[-1]))
