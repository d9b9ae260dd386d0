"""A source of examples says what it is, and gives the stream of minibatches that `data(m)` of Algorithm 1 is."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from tinygan.errors import DataError


class Minibatches(Protocol):
    """A stream of minibatches that can be stopped and gone on with, bit for bit."""

    def __call__(self, m: int) -> Any:
        """The next m examples."""

    def state(self) -> dict[str, Any]:
        """Plain values, as JSON keeps them, that say where the stream stands."""

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from where `state()` was taken."""


class Source(ABC):
    """A data set or a distribution that G learns to imitate.

    Images have a shape of three sizes. A source whose p(x) is known has a method `density`.
    """

    name: str

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Of one example x: (H, W, C) of an image, (d,) of a point."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes in the order of their labels; () where the examples have no labels."""
        return ()

    @property
    def fingerprint(self) -> str:
        """A digest of all examples, by which a run knows its data again; "" where there is no end of them."""
        return ""

    @abstractmethod
    def describe(self) -> str:
        """The source in one line, for people."""

    @abstractmethod
    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> Minibatches:
        """Minibatches drawn by `rng`, each leaf moved by the backend's `asarray`."""

    def labelled(self) -> "Source":
        """The same source with examples `Labelled(x, y)`; raises DataError where there are no labels."""
        raise DataError(
            f"{self.name}: these examples have no labels; choose data with classes, such as digits or ring, "
            "or a folder with a sub-folder for each class"
        )

    def unlabelled(self) -> "Source":
        """The same source with examples x alone."""
        return self

    def held_out(self) -> "Source | None":
        """Examples that G is not trained on: test images. None where there are none, as for a density."""
        return None
