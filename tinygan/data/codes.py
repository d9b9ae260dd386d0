"""The prior of InfoGAN's generator: noise, a category and continuous codes, each of which can be set."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.data.noise import Uniform
from tinygan.errors import DataError, SettingError, did_you_mean
from tinygan.nn.minibatch import Codes, each


@dataclass(frozen=True)
class CodedNoise:
    """Noise of `prior`, a uniform category, and codes uniform on (-1, 1); Chen et al. 2016, section 7.2.

    categories: K, at least 2.   continuous: the number of continuous codes, at least 0.
    Raises DataError if there are fewer.

    >>> CodedNoise(Uniform(62)).sample(5, np.random.default_rng(1)).category
    array([9, 7, 6, 1, 9])
    """

    prior: Any
    categories: int = 10
    continuous: int = 2

    def __post_init__(self) -> None:
        if self.categories < 2 or self.continuous < 0:
            raise DataError(
                f"codes need at least 2 categories and 0 continuous codes, got {self.categories} and {self.continuous}"
            )

    @property
    def codes(self) -> tuple[str, ...]:
        """The names of the codes that `given` can set; "continuous" sets all continuous codes at once."""
        each = tuple(f"continuous.{i}" for i in range(self.continuous))
        return ("category", "continuous", *each) if each else ("category",)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of `shown`: the categories."""
        return tuple(map(str, range(self.categories)))

    def sample(self, m: int, rng: np.random.Generator) -> Codes:
        """m draws: noise float32 (m, n), category int64 (m,), continuous float32 (m, c)."""
        return Codes(self.prior.sample(m, rng), rng.integers(self.categories, size=m), self._continuous(m, rng))

    def given(self, m: int, rng: np.random.Generator, codes: Mapping[str, Any], *, first: int = 0) -> Codes:
        """m draws with some codes set, by name. The categories take turns unless they are set.

        first: the number of the first sample, in a sequence that is drawn in parts.
        Raises SettingError if a code does not exist or cannot have that value.
        """
        category = np.arange(first, first + m) % self.categories
        z = Codes(self.prior.sample(m, rng), category, self._continuous(m, rng))
        for name, value in sorted(codes.items()):  # continuous before continuous.0
            z = self._set(z, name, value)
        return z

    def shown(self, m: int, rng: np.random.Generator) -> Codes:
        """The z of a picture: rows of one noise and one pair of codes in every category, at most m, or one row."""
        z = each(lambda leaf: np.repeat(leaf, self.categories, axis=0), self.sample(max(1, m // self.categories), rng))
        return z._replace(category=np.arange(len(z.category)) % self.categories)

    def _continuous(self, m: int, rng: np.random.Generator) -> NDArray[np.float32]:
        return Uniform(self.continuous).sample(m, rng) if self.continuous else np.zeros((m, 0), np.float32)

    def _set(self, z: Codes, name: str, value: Any) -> Codes:
        """z with one code set."""
        if name not in self.codes:
            raise SettingError(f"No such code {name!r}. {did_you_mean(name, self.codes)}")
        if not isinstance(value, (int, float, np.number)) or not isfinite(value):
            raise SettingError(f"{name} is expected to be a number, got {value!r}")
        if name == "category":
            if value not in range(self.categories):
                raise SettingError(f"category is expected to be from 0 to {self.categories - 1}, got {value:g}")
            return z._replace(category=np.full_like(z.category, int(value)))
        continuous = z.continuous.copy()
        continuous[:, int(name.partition(".")[2]) if "." in name else slice(None)] = value
        return z._replace(continuous=continuous)
