"""Dropout as a layer with its own random number generator."""

from typing import Self

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.nn.checks import expect_generator
from tinygan.nn.layer import Layer, replaced


class Dropout(Layer):
    """functional.dropout with masks from `rng`. Without an rng, as at evaluation, it is the identity."""

    def __init__(self, rate: float, rng: np.random.Generator | None = None):
        if not 0 <= rate < 1:
            raise SettingError(f"Dropout: rate is expected in [0, 1), got {rate}")
        if rng is not None:
            expect_generator("Dropout", rng)
        self.rate, self.rng = rate, rng

    def __call__(self, x: Array) -> Array:
        return x if self.rng is None else F.dropout(x, self.rate, self.rng)

    def evaluated(self) -> Self:
        """The identity."""
        return replaced(self, rng=None)
