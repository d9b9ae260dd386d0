"""Examples of two domains without pairs, and their minibatches."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from tinygan.data.source import Minibatches
from tinygan.data.two_domains import TwoDomains
from tinygan.errors import DataError
from tinygan.nn.minibatch import Pair


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

    def some(self, n: int, rng: np.random.Generator) -> tuple[Pair, Pair]:
        """As many of each domain, at most n, and their labels."""
        (a, of_a), (b, of_b) = (side.some(n, rng) for side in self.sides)
        m = min(len(a), len(b))
        return Pair(a[:m], b[:m]), Pair(*(None if y is None else y[:m] for y in (of_a, of_b)))

    def few(self, n: int) -> "Unpaired":
        return replace(self, a=self.a.few(n), b=self.b.few(n))

    def held_out(self) -> Any:
        """The test examples, or None. Raises DataError if their files are missing or if their shapes are others."""
        held_out = None if self.test is None else self.test()
        if held_out is not None and held_out.domains != self.domains:
            got, wanted = (
                " and ".join(" x ".join(map(str, shape)) for shape in each) for each in (held_out.domains, self.domains)
            )
            raise DataError(f"{self.name}: test images of {got} beside training images of {wanted}; make them alike")
        return held_out

    def unpaired(self) -> "Unpaired":
        return self

    def reversed(self) -> "Unpaired":
        """The domains in each other's place."""
        return Unpaired(self.name, self.b, self.a, self.test and partial(_reversed, self.test))


def _reversed(test: Callable[[], Any]) -> Any:
    """The held-out examples that `test` gives, with a and b in each other's place."""
    held_out = test()
    return held_out and held_out.reversed()


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
