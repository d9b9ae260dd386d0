"""The embedding: a learned vector for each label."""

import numpy as np

from tinygan.autograd import Array
from tinygan.nn.initialize import Initializer, normal
from tinygan.nn.layer import Layer, drawn


class Embedding(Layer):
    """weight[labels], from raw integer labels (...) to (..., features). weight: (count, features).

    Labels must be in 0..count-1. `tinygan.data` checks that on the host; a check here would have to wait for the GPU.
    """

    per_example = True

    def __init__(self, count: int, features: int, rng: np.random.Generator, *, initialize: Initializer | None = None):
        self.weight = drawn(self, initialize or normal(1.0), (count, features), rng)

    def __call__(self, labels: Array) -> Array:
        return self.weight[labels]
