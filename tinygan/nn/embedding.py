"""The embedding: a dense layer on one-hot rows, by looking up rows of its weight."""

from typing import Any

import numpy as np

from tinygan.nn.initialize import Initializer, normal
from tinygan.nn.layer import Layer, drawn


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
