"""The layer that joins the parts of an InfoGAN generator's input."""

from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.checks import expect_sizes
from tinygan.nn.labels import OneHot
from tinygan.nn.layer import Layer
from tinygan.nn.minibatch import Codes


class JoinCodes(Layer):
    """Noise, the one-hot category and the continuous codes as one array; Chen et al. 2016, section 4.

    Codes(noise (m, n), category (m,), continuous (m, c)) becomes (m, n + categories + c).
    categories: how many there are.
    Raises SettingError if the input is not Codes, ShapeMismatch if its parts have different numbers of rows.
    """

    per_example = True

    def __init__(self, categories: int):
        expect_sizes(self, categories)
        self.one_hot = OneHot(categories)

    def __call__(self, z: Any) -> Array:
        if not isinstance(z, Codes):
            raise SettingError(f"JoinCodes: expected Codes(noise, category, continuous), got {type(z).__name__}")
        if not len(z.noise) == len(z.category) == len(z.continuous):
            shapes = ", ".join(str(part.shape) for part in z)
            raise ShapeMismatch(f"JoinCodes: expected as many categories and codes as noise samples, got {shapes}")
        return F.concatenate([z.noise, self.one_hot(z.category), z.continuous], axis=1)
