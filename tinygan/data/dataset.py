"""A data set of finitely many examples, drawn in shuffled epochs, with or without labels."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan.data.fingerprint import fingerprint
from tinygan.data.minibatches import Shuffled
from tinygan.data.source import Derived, Source
from tinygan.errors import SettingError
from tinygan.nn.minibatch import Labelled


class Dataset(Source):
    """N >= 1 examples in memory. `labels` is int64 (N,), each below the number of classes, or None."""

    labels: NDArray[np.int64] | None

    @abstractmethod
    def __len__(self) -> int:
        """The number of examples, N."""

    @abstractmethod
    def examples(self, indices: ArrayLike) -> Any:
        """The examples at `indices` (m,), in the form that networks take."""

    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> Shuffled:
        return Shuffled(self, rng, asarray)

    @property
    def class_counts(self) -> tuple[int, ...]:
        return () if self.labels is None else tuple(np.bincount(self.labels, minlength=len(self.classes)).tolist())

    def sample(self, n: int, rng: np.random.Generator) -> Any:
        """n independent draws from the examples, with replacement."""
        return self.examples(rng.integers(len(self), size=n))

    def some(self, n: int, rng: np.random.Generator) -> tuple[Any, Any]:
        indices = rng.choice(len(self), min(n, len(self)), replace=False)
        return self.examples(indices), None if self.labels is None else self.labels[indices]

    def taken(self, indices: ArrayLike) -> "Dataset":
        """The data set of the examples at `indices` (n,), with their labels; the classes and held-out examples stay."""
        raise SettingError(f"{self.name}: this data set has no method `taken`, which makes a smaller one of it")

    def few(self, n: int) -> "Dataset":
        """The data set of n of these examples, spread evenly over their order: example i N / n for i = 0, 1, ..., n-1.

        Raises SettingError if it has no n examples.
        """
        if not 1 <= n <= len(self):
            raise SettingError(f"{self.name} has {len(self):,} examples, got {n:,}; ask for fewer")
        return self.taken(np.arange(n) * len(self) // n)

    def labelled(self) -> Source:
        return super().labelled() if self.labels is None else LabelledDataset(self.name, self, self.labels)

    def partly_labelled(self, count: int) -> Source:
        from tinygan.data.partly_labelled import PartlyLabelled  # it imports this class

        return super().partly_labelled(count) if self.labels is None else PartlyLabelled(self, count)


@dataclass(frozen=True, eq=False, repr=False)
class LabelledDataset(Dataset, Derived):
    """The examples of `source` with their labels: minibatches are `Labelled(x, y)`, in the same order as without."""

    name: str
    source: Dataset
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.source)

    def __repr__(self) -> str:
        return f"{self.source!r}.labelled()"

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the examples, the labels and the names of the classes."""
        names = np.frombuffer("\n".join((self.source.fingerprint, *self.classes)).encode(), np.uint8)
        return fingerprint(np.concatenate([names, self.labels.view(np.uint8)]))

    def examples(self, indices: ArrayLike) -> Labelled:
        """The examples and their labels at `indices` (m,)."""
        return Labelled(self.source.examples(indices), self.labels[np.asarray(indices)])

    def taken(self, indices: ArrayLike) -> "LabelledDataset":
        return replace(self, source=self.source.taken(indices), labels=self.labels[np.asarray(indices)])

    def labelled(self) -> Source:
        return self

    def held_out(self) -> Source | None:
        others = self.source.held_out()
        return None if others is None else others.labelled()
