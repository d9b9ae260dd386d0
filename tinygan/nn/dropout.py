"""Dropout as a layer with its own random number generator."""

import copy
from typing import Self

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.nn.checks import expect_generator
from tinygan.nn.layer import Layer, replaced


class Dropout(Layer):
    """functional.dropout with masks from `rng`. Without an rng, as at evaluation, it is the identity.

    in_samples: it drops at evaluation too, as the noise of G; Isola et al. 2017, sections 3.1 and 3.3. The masks then
    come from a copy of `rng`. So samples vary, two sets of samples of one state are equal, and the run is not changed.
    """

    def __init__(self, rate: float, rng: np.random.Generator | None = None, *, in_samples: bool = False):
        if not 0 <= rate < 1:
            raise SettingError(f"Dropout: rate is expected in [0, 1), got {rate}")
        if rng is not None or in_samples:
            expect_generator("Dropout", rng)
        self.rate, self.rng, self.in_samples = rate, rng, in_samples

    def __call__(self, x: Array) -> Array:
        return x if self.rng is None else F.dropout(x, self.rate, self.rng)

    def evaluated(self) -> Self:
        """The identity; with `in_samples`, the layer with a copy of its generator."""
        return replaced(self, rng=copy.deepcopy(self.rng) if self.in_samples else None)
