"""Pairs of images with known truth, made of the images of a data set; and each of their domains."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.dataset import Dataset
from tinygan.data.fingerprint import fingerprint
from tinygan.data.images import Images
from tinygan.data.source import Origin
from tinygan.data.translations import Translation, palette
from tinygan.data.two_domains import TwoDomains
from tinygan.data.unpaired import Unpaired
from tinygan.errors import DataError
from tinygan.nn.minibatch import Pair, each


@dataclass(frozen=True, eq=False)
class Pairs(Dataset, TwoDomains):
    """A pair of each image of a set, made when it is asked for: `Pair(a, b)`, b the translation of a.

    images: `Images`; their labels stay labels of the pairs.
    Raises DataError if the translation cannot be made of these images.
    """

    is_paired: ClassVar[bool] = True

    name: str
    images: Images
    translation: Translation

    def __post_init__(self) -> None:
        try:
            self.examples(np.arange(1))
        except DataError as error:
            raise DataError(f"{self.name}: {error}") from None

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"Pairs({self.name!r}, {len(self):,} of {self.images!r})"

    @property
    def classes(self) -> tuple[str, ...]:
        return self.images.classes

    @property
    def labels(self) -> NDArray[np.int64] | None:  # type: ignore[override]
        return self.images.labels

    @cached_property
    def domains(self) -> Pair:
        first = self.examples(np.arange(1))
        return Pair(first.a.shape[1:], first.b.shape[1:])

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the images, their labels and the translation."""
        words = f"{self.images.fingerprint} {self.translation.name}".encode()
        labels = () if self.labels is None else (self.labels.view(np.uint8),)
        return fingerprint(np.concatenate([np.frombuffer(words, np.uint8), *labels]))

    def describe(self) -> str:
        """The number of pairs and the shapes of both images.

        >>> from tinygan.data.translations import TRANSLATIONS
        >>> grey = Images("grey", np.zeros((50, 28, 28, 1), np.uint8), np.arange(50) % 3)
        >>> Pairs("coloured-grey", grey, TRANSLATIONS["coloured"]).describe()
        '50 pairs of images, 28 x 28 x 3 and 28 x 28 x 3'
        """
        a, b = (" x ".join(map(str, shape)) for shape in self.domains)
        return f"{len(self):,} pairs of images, {a} and {b}"

    def examples(self, indices: ArrayLike) -> Pair:
        """The pairs at `indices` (m,), float32 (m, H, W, C) in [-1, 1] each."""
        indices = np.asarray(indices)
        colours = None if self.labels is None else palette(len(self.classes))[self.labels[indices]]
        pair = self.translation.pair(self.images.examples(indices), colours)
        return each(lambda leaf: np.ascontiguousarray(leaf, np.float32), pair)

    def some(self, n: int, rng: np.random.Generator) -> tuple[Pair, Pair]:
        x, labels = super().some(n, rng)
        return x, Pair(labels, labels)

    @property
    def sides(self) -> Pair:
        return Pair(Side(self, "a"), Side(self, "b"))

    def taken(self, indices: ArrayLike) -> "Pairs":
        return replace(self, images=self.images.taken(indices))

    def held_out(self) -> "Pairs | None":
        """The pairs of the test images, or None. Raises DataError if their classes, and so colours, are others."""
        test = self.images.held_out()
        if test is not None and any(self.translation.by_class) and test.classes != self.classes:
            got, wanted = (", ".join(images.classes) or "none" for images in (test, self))
            raise DataError(
                f"{self.name}: test images of classes {got} beside training images of {wanted}; make them alike"
            )
        return None if test is None else replace(self, images=test)

    def paired(self) -> "Pairs":
        return self

    def unpaired(self) -> "Unpaired":
        """The a of every second image and the b of the others, so that no pair is among the examples.

        The held-out pairs stay paired: their truth is for measures alone.
        """
        if len(self) < 2:
            raise DataError(f"{self.name}: two domains without pairs need two images, got {len(self)}")
        a, b = (Side(self.taken(np.arange(start, len(self), 2)), which) for start, which in ((0, "a"), (1, "b")))
        return Unpaired(self.name, a, b, self.held_out)

    def reversed(self) -> "Pairs":
        """The same pairs with a and b in each other's place."""
        return replace(self, translation=self.translation.reversed())


@dataclass(frozen=True, eq=False)
class Side(Dataset):
    """One domain of pairs: every a, or every b."""

    pairs: Pairs
    which: str

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"{self.pairs.name}/{self.which}"

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def shape(self) -> tuple[int, ...]:
        return getattr(self.pairs.domains, self.which)

    @property
    def classes(self) -> tuple[str, ...]:
        return self.pairs.classes

    @property
    def labels(self) -> NDArray[np.int64] | None:  # type: ignore[override]
        return self.pairs.labels

    @property
    def fingerprint(self) -> str:
        return f"{self.pairs.fingerprint}/{self.which}"

    @property
    def origin(self) -> Origin | None:
        back = getattr(self.pairs.translation.back, self.which)
        if back is None or len(self.classes) < 2:
            return None
        by_class = getattr(self.pairs.translation.by_class, self.which)
        return Origin(self.pairs.images, back, palette(len(self.classes)) if by_class else None)

    def describe(self) -> str:
        return f"{len(self):,} images of {' x '.join(map(str, self.shape))}"

    def examples(self, indices: ArrayLike) -> Any:
        return getattr(self.pairs.examples(indices), self.which)

    def taken(self, indices: ArrayLike) -> "Side":
        return replace(self, pairs=self.pairs.taken(indices))
