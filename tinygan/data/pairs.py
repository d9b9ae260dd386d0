"""Examples of two domains, `Pair(a, b)`: paired, where b is the translation of a, or unpaired."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.dataset import Dataset
from tinygan.data.fingerprint import fingerprint
from tinygan.data.images import Images
from tinygan.data.source import Minibatches, Source
from tinygan.data.translations import Translation, palette
from tinygan.errors import DataError, SettingError
from tinygan.nn.minibatch import Pair


class Origin(NamedTuple):
    """The labelled images that the images of a domain were made of, for their classifier.

    image_of: a function of images of the domain that gives those back.   palette: the colour of each class, RGB in
    [0, 1], (K, 3), if the images of the domain are coloured by class; else None.
    """

    images: Images
    image_of: Callable[[Any], Any]
    palette: Any = None


class TwoDomains(Source):
    """A source of `Pair(a, b)`. Its `shape` is that of b, which a translation of a gives.

    is_paired: whether the b of an example is the translation of its a.
    """

    is_paired: ClassVar[bool] = False

    @property
    def domains(self) -> Pair:
        """The shapes of one a and of one b."""
        return Pair(self.sides.a.shape, self.sides.b.shape)

    @property
    def sides(self) -> Pair:
        """The source of each domain."""
        raise NotImplementedError

    def origin(self, domain: str) -> Origin | None:
        """What the images of a domain, "a" or "b", were made of; None without labels, or if that is lost."""
        raise NotImplementedError

    @property
    def shape(self) -> tuple[int, ...]:
        return self.domains.b

    def paired(self) -> "Pairs":
        """The same source, where b is the translation of a. Raises SettingError if that is not known."""
        raise SettingError(f"{self.name}: no a has a known b; choose pairs, such as edges-digits, or recipe cyclegan")

    def shown(self, m: int, rng: np.random.Generator) -> Pair:
        """m pairs for a picture: held-out ones, if there are some."""
        try:
            held_out = self.held_out()
        except DataError:  # their files are missing
            held_out = None
        return (self if held_out is None else held_out).sample(m, rng)


@dataclass(frozen=True, eq=False)
class Pairs(Dataset, TwoDomains):
    """A pair of each image of a set, made when it is asked for: `Pair(a, b)`, b the translation of a.

    images: `Images`; their labels stay labels of the pairs.   swapped: whether a and b change places.
    Raises DataError if the translation needs labels, and there are none, or if halves are of an odd width.
    """

    is_paired: ClassVar[bool] = True

    name: str
    images: Images
    translation: Translation
    swapped: bool = False

    def __post_init__(self) -> None:
        grey = self.images.shape[2] == 1
        if self.translation.name == "coloured" and grey and not self.classes:
            raise DataError(f"{self.name}: grey images are coloured by class, but these have no labels")
        if self.translation.name == "side by side" and self.images.shape[1] % 2:
            raise DataError(
                f"{self.name}: two images side by side have an even width, got {self.images.shape[1]} pixels"
            )

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
        words = f"{self.images.fingerprint} {self.translation.name} {self.swapped}".encode()
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
        a, b = (np.ascontiguousarray(leaf, np.float32) for leaf in pair)
        return Pair(b, a) if self.swapped else Pair(a, b)

    @property
    def sides(self) -> Pair:
        return Pair(Side(self, "a"), Side(self, "b"))

    def image_of(self, domain: str) -> Callable[[Any], Any] | None:
        """The function from an a or a b, as `domain` says, to the image that it was made of; None if that is lost."""
        first = (domain == "a") != self.swapped
        if self.translation.name == "coloured" and self.images.shape[2] == 3:  # b is the image, a has lost its colours
            return None if first else np.asarray
        return self.translation.image_of_a if first else self.translation.image_of_b

    def origin(self, domain: str) -> Origin | None:
        image_of = self.image_of(domain)
        if image_of is None or len(self.classes) < 2:
            return None
        by_class = self.translation.name == "coloured" and self.images.shape[2] == 1
        coloured = by_class and (domain == "b") != self.swapped
        return Origin(self.images, image_of, palette(len(self.classes)) if coloured else None)

    def taken(self, indices: ArrayLike) -> "Pairs":
        return replace(self, images=self.images.taken(indices))

    def held_out(self) -> "Pairs | None":
        test = self.images.held_out()
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
        return replace(self, swapped=not self.swapped)


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

    def describe(self) -> str:
        return f"{len(self):,} images of {' x '.join(map(str, self.shape))}"

    def examples(self, indices: ArrayLike) -> Any:
        return getattr(self.pairs.examples(indices), self.which)

    def taken(self, indices: ArrayLike) -> "Side":
        return replace(self, pairs=self.pairs.taken(indices))


@dataclass(frozen=True, eq=False)
class Unpaired(TwoDomains):
    """`Pair(a, b)` of examples drawn from two sources, a and b, independently.

    test: gives held-out examples: `Pairs` if the truth is known, else another `Unpaired`; None if there are none.
    """

    name: str
    a: Any
    b: Any
    test: Callable[[], Any] | None = field(default=None, repr=False)

    @property
    def sides(self) -> Pair:
        return Pair(self.a, self.b)

    def origin(self, domain: str) -> Origin | None:
        side = getattr(self, domain)
        if isinstance(side, Side):
            return side.pairs.origin(side.which)
        return Origin(side, np.asarray) if side.has_images and len(side.classes) > 1 else None

    @property
    def fingerprint(self) -> str:
        return f"{self.a.fingerprint} {self.b.fingerprint}".strip()

    def describe(self) -> str:
        return f"{self.a.describe()} and, unpaired, {self.b.describe()}"

    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> "PairStream":
        of_a, of_b = (np.random.default_rng(seed) for seed in rng.integers(2**63, size=2))
        return PairStream(self.a.stream(of_a, asarray), self.b.stream(of_b, asarray))

    def sample(self, n: int, rng: np.random.Generator) -> Pair:
        """n draws from each source."""
        return Pair(self.a.sample(n, rng), self.b.sample(n, rng))

    def few(self, n: int) -> "Unpaired":
        return replace(self, a=self.a.few(n), b=self.b.few(n))

    def held_out(self) -> Any:
        return None if self.test is None else self.test()

    def unpaired(self) -> "Unpaired":
        return self

    def reversed(self) -> "Unpaired":
        """The domains in each other's place."""
        test = self.test
        return Unpaired(self.name, self.b, self.a, None if test is None else lambda: _reversed(test()))


def _reversed(source: Any) -> Any:
    return None if source is None else source.reversed()


class PairStream:
    """Minibatches of two streams side by side: `Pair(a(m), b(m))`."""

    def __init__(self, a: Minibatches, b: Minibatches):
        self.a, self.b = a, b

    def __call__(self, m: int) -> Pair:
        return Pair(self.a(m), self.b(m))

    def state(self) -> dict[str, Any]:
        return {"a": self.a.state(), "b": self.b.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Continues from where `state()` was taken. Raises DataError if the state does not fit."""
        if not isinstance(state, dict) or not state.keys() >= {"a", "b"}:
            raise DataError("damaged state: it is expected to have two streams, a and b")
        before = self.a.state()
        self.a.restore(state["a"])
        try:
            self.b.restore(state["b"])
        except DataError:
            self.a.restore(before)
            raise
