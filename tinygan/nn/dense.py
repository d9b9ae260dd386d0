"""The dense (fully connected) layer."""

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, Tensor
from tinygan.errors import ShapeMismatch
from tinygan.nn.initialize import Initializer, glorot
from tinygan.nn.layer import Layer, drawn


class Dense(Layer):
    """x @ weight + bias, from (m, inputs) to (m, outputs). weight: (inputs, outputs); Glorot's by default."""

    per_example = True

    def __init__(
        self,
        inputs: int,
        outputs: int,
        rng: np.random.Generator,
        *,
        bias: bool = True,
        initialize: Initializer | None = None,
    ):
        self.weight = drawn(self, initialize or glorot(), (inputs, outputs), rng)
        self.bias = Tensor(np.zeros(outputs, np.float32)) if bias else None

    def __call__(self, x: Array) -> Array:
        if x.shape[-1] != self.weight.shape[0]:
            raise ShapeMismatch(
                f"Dense: x has {x.shape[-1]} features, {x.shape}, but weight expects {self.weight.shape[0]}"
            )
        return F.matmul(x, self.weight) if self.bias is None else F.affine(x, self.weight, self.bias)
