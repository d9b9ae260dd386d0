"""An adapter to `Source` for a user's own data set or density."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan.data.minibatches import Shuffled, Stream
from tinygan.data.source import Minibatches, Source


class Foreign(Source):
    """`inside` as a source: an object with `sample(n, rng)`, `density(x)` and `shape`, or with `examples` and a length.

    Attributes that a `Source` does not have, such as `box` and `centres`, are passed through. It is a source without
    labels and without held-out examples, whatever `inside` has: a subclass of `Density` or `Dataset` can have both, and
    needs no adapter.
    """

    def __init__(self, inside: Any):
        self.inside = inside
        self.name = getattr(inside, "name", type(inside).__name__)

    def __getattr__(self, name: str) -> Any:
        if name == "inside":  # while a copy is made, before it has attributes
            raise AttributeError(name)
        return getattr(self.inside, name)

    def __repr__(self) -> str:
        return repr(self.inside)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.inside.shape

    @property
    def fingerprint(self) -> str:
        return getattr(self.inside, "fingerprint", "")

    def describe(self) -> str:
        return f"{self.inside!r}, {'in shuffled epochs' if hasattr(self.inside, 'examples') else 'sampled afresh'}"

    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> Minibatches:
        return (Shuffled if hasattr(self.inside, "examples") else Stream)(self.inside, rng, asarray)
