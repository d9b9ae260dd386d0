"""The interface of a source of two domains, whose examples are `Pair(a, b)`."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from tinygan.data.source import Source
from tinygan.errors import DataError, SettingError
from tinygan.nn.minibatch import Pair


class TwoDomains(Source):
    """A source of `Pair(a, b)`. Its `shape` is that of b, which a translation of a gives.

    is_paired: whether the b of an example is the translation of its a.
    """

    is_paired: ClassVar[bool] = False

    @property
    @abstractmethod
    def sides(self) -> Pair:
        """The source of each domain."""

    @property
    def domains(self) -> Pair:
        """The shapes of one a and of one b."""
        return Pair(self.sides.a.shape, self.sides.b.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.domains.b

    def paired(self) -> Source:
        """The same source, where b is the translation of a. Raises SettingError if that is not known."""
        raise SettingError(f"{self.name}: no a has a known b; choose pairs, such as edges-digits, or recipe cyclegan")

    def unseen(self) -> "TwoDomains":
        """The held-out examples; this source if there are none, or if their files are missing."""
        try:
            held_out = self.held_out()
        except DataError:
            return self
        return held_out if isinstance(held_out, TwoDomains) else self

    def shown(self, m: int, rng: np.random.Generator) -> Pair:
        """m pairs for a picture, of examples that G is not trained on."""
        return self.unseen().sample(m, rng)
