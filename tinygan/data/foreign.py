"""An adapter to `Source` for a user's own data set or density."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygan.data.minibatches import Shuffled, Stream
from tinygan.data.source import Components, Minibatches, Source


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
    def components(self) -> Components | None:
        """The modes, if `inside` has `centres` and `std`; with equal weights if it has no `weights`."""
        if not (hasattr(self.inside, "centres") and hasattr(self.inside, "std")):
            return None
        centres = self.inside.centres
        even = np.full(len(centres), 1 / len(centres))
        return Components(centres, self.inside.std, getattr(self.inside, "weights", even))

    @property
    def fingerprint(self) -> str:
        return getattr(self.inside, "fingerprint", "")

    def describe(self) -> str:
        return f"{self.inside!r}, {'in shuffled epochs' if hasattr(self.inside, 'examples') else 'sampled afresh'}"

    def sample(self, n: int, rng: np.random.Generator) -> Any:
        """n independent draws; from finitely many examples, with replacement."""
        if hasattr(self.inside, "sample"):
            return self.inside.sample(n, rng)
        return self.inside.examples(rng.integers(len(self.inside), size=n))

    def stream(self, rng: np.random.Generator, asarray: Callable[[Any], Any] = np.asarray) -> Minibatches:
        return (Shuffled if hasattr(self.inside, "examples") else Stream)(self.inside, rng, asarray)
