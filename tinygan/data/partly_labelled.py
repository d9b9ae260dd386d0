"""A data set of which few examples have labels, for semi-supervised learning."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.data.dataset import Dataset, LabelledDataset
from tinygan.data.fingerprint import fingerprint
from tinygan.data.minibatches import Shuffled
from tinygan.data.source import Derived
from tinygan.errors import DataError
from tinygan.nn.minibatch import Semi


class PartlyLabelled(Derived):
    """`source` with labels for `count` examples of each class only: minibatches are `Semi(Labelled(x, y), x)`.

    The unlabelled examples are all examples of `source`. A stream chooses the labelled ones at random, see `chosen`.
    """

    def __init__(self, source: Dataset, count: int):
        self.name, self.source, self.count = source.name, source, count

    def __repr__(self) -> str:
        return f"{self.source!r}.partly_labelled({self.count})"

    @property
    def fingerprint(self) -> str:
        return self.source.fingerprint

    def describe(self) -> str:
        """The description of the source and the number of labels.

        >>> from tinygan.data import load
        >>> load("digits").partly_labelled(10).describe()
        '10,000 images of 28 x 28 x 1 in 10 classes, 10 of each with a label'
        """
        return f"{self.source.describe()}, {self.count} of each with a label"

    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> "SemiMinibatches":
        return SemiMinibatches(self.source, self.count, rng, asarray)


def chosen(labels: Any, classes: Sequence[str], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The places of `count` examples of each class, class by class: the first ones in a random order.

    The labels are read in that order until every class has its examples, as if someone labelled one example after the
    other; later labels are not read.
    Raises DataError if a class has too few.
    """
    found: list[list[int]] = [[] for _ in classes]
    missing = count * len(found)
    for place in rng.permutation(len(labels)):
        if not missing:
            break
        places = found[labels[place]]
        if len(places) < count:
            places.append(place)
            missing -= 1
    if missing:
        least = min(range(len(found)), key=lambda label: len(found[label]))
        raise DataError(
            f"{count} labelled examples of each class are expected, but class {classes[least]!r} has "
            f"{len(found[least])}; choose fewer"
        )
    return np.array([place for places in found for place in places], np.int64)


@dataclass(frozen=True, eq=False, repr=False)
class Chosen(LabelledDataset):
    """The labelled examples, taken from a data set at `places`. Their fingerprint says which they are."""

    places: NDArray[np.int64]

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the places, the labels and the names of the classes."""
        names = np.frombuffer("\n".join(self.classes).encode(), np.uint8)
        return fingerprint(np.concatenate([names, self.places.view(np.uint8), self.labels.view(np.uint8)]))


class SemiMinibatches:
    """`data(m)`: `Semi` of m labelled and m unlabelled examples, each from shuffled epochs of their own.

    source: a data set with labels.   count: labelled examples of each class; their choice is part of the state.
    rng: a PCG64 generator of its own.   asarray: the backend's.
    Raises DataError if a class has fewer than `count` examples.
    """

    def __init__(self, source: Dataset, count: int, rng: np.random.Generator, asarray: Callable[[Any], Any]):
        assert source.labels is not None
        choice, self._rng, other = rng.spawn(3)
        self.source, self.asarray = source, asarray
        self.labelled = self._labelled(chosen(source.labels, source.classes, count, choice))
        self.unlabelled = Shuffled(source, other, asarray)

    def _labelled(self, places: NDArray[np.int64]) -> Shuffled:
        part: Any = self.source.taken(places)
        return Shuffled(Chosen(part.name, part, part.labels, places), copy.deepcopy(self._rng), self.asarray)

    def __repr__(self) -> str:
        return f"SemiMinibatches({self.source!r}, {len(self.labelled.dataset)} labelled)"

    def __call__(self, m: int) -> Semi:
        """The next m labelled and the next m unlabelled examples."""
        return Semi(self.labelled(m), self.unlabelled(m))

    def state(self) -> dict[str, Any]:
        """The state of the unlabelled examples and, under "labelled", that of the others with their places."""
        data: Any = self.labelled.dataset
        return {**self.unlabelled.state(), "labelled": {**self.labelled.state(), "places": data.places.tolist()}}

    def restore(self, state: dict[str, Any]) -> None:
        """Continues from where `state()` was taken. Raises DataError and changes nothing if the state does not fit."""
        below: Any = state.get("labelled")
        places = below.get("places") if isinstance(below, dict) else None
        most = len(self.source)
        if not isinstance(places, list) or not all(type(place) is int and 0 <= place < most for place in places):
            raise DataError("damaged state: it lacks the places of its labelled examples")
        if len(places) != len(self.labelled.dataset):
            raise DataError(
                f"the saved state has {len(places)} labelled examples, but {len(self.labelled.dataset)} are asked for"
            )
        labelled = self._labelled(np.array(places, np.int64))
        labelled.restore(below)
        self.unlabelled.restore(state)
        self.labelled = labelled
