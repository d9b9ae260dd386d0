"""The interface of a source of examples: facts about them, and the stream of minibatches, data(m) of Algorithm 1."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.errors import SettingError
from tinygan.nn.minibatch import Pair


class Minibatches(Protocol):
    """A stream of minibatches whose state can be saved and restored, bit for bit."""

    def __call__(self, m: int) -> Any:
        """The next m examples."""

    def state(self) -> dict[str, Any]:
        """The state of the stream as plain JSON values."""

    def restore(self, state: dict[str, Any]) -> None:
        """Continues from where `state()` was taken."""


class Components(NamedTuple):
    """The modes of a mixture of Gaussians: centres (k, d), a std or (k,) of them, and weights (k,)."""

    centres: NDArray[np.float64]
    std: ArrayLike
    weights: ArrayLike


class Origin(NamedTuple):
    """The labelled images that images were made of, for their classifier.

    images: a data set.   back: a function of the made images that gives those back.   palette: the colour of each
    class, RGB in [0, 1], (K, 3), if the made images have the colours of their classes; else None.
    """

    images: Any
    back: Callable[[Any], Any]
    palette: Any = None


class Source(ABC):
    """A data set or a distribution that G learns to imitate.

    A source whose p(x) is known has a method `density`.
    """

    name: str

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """The shape of one example x: (H, W, C) of an image, (d,) of a point."""

    @property
    def has_images(self) -> bool:
        """Whether the examples are images, which have a shape of three sizes."""
        return len(self.shape) == 3

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes in the order of their labels; () where the examples have no labels."""
        return ()

    @property
    def class_counts(self) -> tuple[int, ...]:
        """The number of examples of each class; () without labels, and for a distribution."""
        return ()

    @property
    def components(self) -> Components | None:
        """The modes of a mixture of Gaussians; None for other data."""
        return None

    @property
    def is_stacked(self) -> bool:
        """Whether each channel of an image shows an object of its own, as in stacked MNIST."""
        return False

    @property
    def domains(self) -> Pair | None:
        """The shapes of one a and of one b, if the examples are of two domains, `Pair(a, b)`; else None."""
        return None

    @property
    def origin(self) -> Origin | None:
        """What images were made of; None without labels, for points, and if it is lost."""
        return None

    @property
    def fingerprint(self) -> str:
        """A digest of all examples, which a resumed run compares with its own; "" for a distribution."""
        return ""

    @abstractmethod
    def describe(self) -> str:
        """A description of the source in one line, for people."""

    @abstractmethod
    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> Minibatches:
        """Minibatches drawn by `rng`, each leaf moved by the backend's `asarray`."""

    def sample(self, n: int, rng: np.random.Generator) -> Any:
        """n examples that are drawn by `rng`."""
        return self.stream(rng)(n)

    def some(self, n: int, rng: np.random.Generator) -> tuple[Any, Any]:
        """(examples, labels): n draws, or n examples of a data set, each once, at most all; None for no labels."""
        return self.sample(n, rng), None

    def labelled(self) -> "Source":
        """The same source with examples `Labelled(x, y)`. Raises SettingError if there are no labels."""
        raise SettingError(
            f"{self.name}: these examples have no labels; choose data with classes, such as digits or ring, "
            "a folder with a sub-folder for each class or, in a program, Labelled(x, y)"
        )

    def unlabelled(self) -> "Source":
        """The same source with examples x alone."""
        return self

    def partly_labelled(self, count: int) -> "Source":
        """The same source with examples `Semi(labelled, unlabelled)`, where `count` examples of each class have labels.

        Raises SettingError if there are no labels, or no finite set of examples.
        """
        raise SettingError(
            f"{self.name}: semi-supervised learning needs a data set of which some examples have labels; choose "
            "digits, say, or give Labelled(x, y) in a program"
        )

    def paired(self) -> "Source":
        """The same source with examples `Pair(a, b)`, where b is the translation of a.

        Raises SettingError if no b is known to be the translation of an a.
        """
        raise SettingError(f"{self.name}: these examples are no pairs; choose pairs, such as edges-digits")

    def unpaired(self) -> "Source":
        """The same source with examples `Pair(a, b)`, where a and b are drawn independently.

        Raises SettingError if the examples are of one domain.
        """
        raise SettingError(f"{self.name}: these examples are of one domain; choose two, such as inverted-digits")

    def reversed(self) -> "Source":
        """The same source with a and b in each other's place. Raises SettingError if the examples are of one domain."""
        return self.unpaired()

    def first(self, m: int, rng: np.random.Generator) -> Any:
        """The first m examples of a stream, for data-dependent initialization; zeros if the data are absent."""
        return self.stream(rng)(m)

    def few(self, n: int) -> "Source":
        """The data set of n of these examples, always the same ones. Raises SettingError if it has no n examples."""
        raise SettingError(f"{self.name}: these examples are drawn without end; choose a data set for {n:,} of them")

    def held_out(self) -> "Source | None":
        """Examples that G is not trained on, such as test images; None if there are none, as for a density."""
        return None


class Derived(Source):
    """The examples of `source` in another form, with labels for example. All facts are those of `source`."""

    source: Any

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape

    @property
    def classes(self) -> tuple[str, ...]:
        return self.source.classes

    def describe(self) -> str:
        return self.source.describe()

    def sample(self, n: int, rng: np.random.Generator) -> Any:
        return self.source.sample(n, rng)

    def unlabelled(self) -> Source:
        return self.source

    def held_out(self) -> Source | None:
        return self.source.held_out()
