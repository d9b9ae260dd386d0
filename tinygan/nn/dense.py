"""The dense layer, and the embedding: a dense layer on one-hot rows."""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Tensor
from tinygan.errors import ShapeMismatch
from tinygan.nn.initialize import Initializer, glorot, normal
from tinygan.nn.layer import Layer, drawn


class Dense(Layer):
    """x @ weight + bias: (m, inputs) to (m, outputs). weight is (inputs, outputs)."""

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

    def __call__(self, x: Any) -> Any:
        if x.shape[-1] != self.weight.shape[0]:
            raise ShapeMismatch(
                f"Dense: x has {x.shape[-1]} features, {x.shape}, but weight expects {self.weight.shape[0]}"
            )
        return F.matmul(x, self.weight) if self.bias is None else F.affine(x, self.weight, self.bias)


class Embedding(Layer):
    """weight[labels]: raw integer labels (...) to (..., features).

    Labels are expected in 0..count-1. They are checked where they enter (`tinygan.data`), and not here, where a GPU
    would have to be waited for.
    """

    per_example = True

    def __init__(self, count: int, features: int, rng: np.random.Generator, *, initialize: Initializer | None = None):
        self.weight = drawn(self, initialize or normal(1.0), (count, features), rng)

    def __call__(self, labels: Any) -> Any:
        return self.weight[labels]
