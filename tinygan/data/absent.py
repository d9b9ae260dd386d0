"""A stand-in for training data that are not on this machine, for a run that is only sampled from."""

import copy
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from tinygan.data.files import LIMIT
from tinygan.data.source import Source
from tinygan.errors import DataError
from tinygan.nn.minibatch import Pair


class Absent(Source):
    """A data set of which only the name, the shape of one example and the names of the classes are known.

    Its streams keep the state of the streams that they stand for, so the run can be saved again.
    domains: the shapes of a and b, for examples `Pair(a, b)`.
    Raises DataError if `shape` is no shape or `classes` are no names, and when a minibatch is asked for.
    """

    def __init__(
        self, name: str, shape: Sequence[int], classes: Sequence[str] = (), domains: Sequence[Sequence[int]] = ()
    ):
        for each in (shape, *domains):
            if any(type(size) is not int or size < 1 for size in each) or prod(each) > LIMIT:
                raise DataError(f"{name}: expected the shape of one example, whole numbers from 1 on, got {each!r}")
        if not isinstance(classes, list | tuple) or any(type(each) is not str for each in classes):
            raise DataError(f"{name}: expected the names of the classes, got {classes!r}")
        self.name, self._shape, self._classes = name, tuple(shape), tuple(classes)
        self._domains = Pair(*map(tuple, domains)) if domains else None
        self._state: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"Absent({self.name!r}, examples of {' x '.join(map(str, self.shape))})"

    @property
    def shape(self) -> tuple[int, ...]:
        return self._shape

    @property
    def classes(self) -> tuple[str, ...]:
        return self._classes

    @property
    def domains(self) -> Pair | None:
        return self._domains

    def describe(self) -> str:
        return f"{self.name}, which is not here: examples of {' x '.join(map(str, self.shape))}"

    def labelled(self) -> Source:
        return self if self.classes else super().labelled()

    def partly_labelled(self, count: int) -> Source:
        return self if self.classes else super().partly_labelled(count)

    def paired(self) -> Source:
        return self if self.domains else super().paired()

    def unpaired(self) -> Source:
        return self if self.domains else super().unpaired()

    def reversed(self) -> Source:
        return self if self.domains else super().reversed()

    def sample(self, n: int, rng: np.random.Generator) -> Any:
        """Zeros in place of n pairs, which are z for a run's pictures. Raises DataError for examples of one domain."""
        if self.domains is None:
            return self(n)
        return Pair(*(np.zeros((n, *shape), np.float32) for shape in self.domains))

    def first(self, m: int, rng: np.random.Generator) -> Any:
        """Zeros (m, ...): a checkpoint replaces the parameters that are computed from them."""
        return np.zeros((m, *self.shape), np.float32)

    def few(self, n: int) -> "Absent":
        return self

    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> "Absent":
        """A copy of it, which keeps a state of its own."""
        return copy.copy(self)

    def __call__(self, m: int) -> Any:
        raise DataError(f"{self.name}: this run was loaded without its data; load it with them to go on")

    def state(self) -> dict[str, Any]:
        """The state that `restore` was given."""
        return self._state

    def restore(self, state: dict[str, Any]) -> None:
        """Keeps `state`."""
        self._state = state
