"""Gaussian noise as a layer with its own random number generator."""

from typing import Self

import numpy as np

from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.nn.checks import expect_generator
from tinygan.nn.layer import Layer, replaced


class GaussianNoise(Layer):
    """x + N(0, std**2) with noise from `rng`. Without an rng, as at evaluation, it is the identity.

    With a generator of its own, one pass over several minibatches adds the numbers that a pass for each would add.
    """

    per_example = True

    def __init__(self, std: float, rng: np.random.Generator | None = None):
        if not 0 <= std < float("inf"):
            raise SettingError(f"GaussianNoise: std is expected to be a number of at least 0, got {std}")
        if rng is not None:
            expect_generator("GaussianNoise", rng)
        self.std, self.rng = std, rng

    def __call__(self, x: Array) -> Array:
        if self.rng is None or not self.std:
            return x
        noise = self.rng.standard_normal(x.shape, dtype=x.dtype)
        noise *= self.std
        return x + namespace(raw(x)).asarray(noise)

    def evaluated(self) -> Self:
        """The identity."""
        return replaced(self, rng=None)
