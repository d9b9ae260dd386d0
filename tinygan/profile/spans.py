"""Spans: the nested calls of a block, each with its seconds."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from tinygan.profile.products import Product


@dataclass(slots=True)
class Span:
    """A call inside the span with index `parent`.

    part: "forward" or "backward" of the primitive `name`; "" for the block, a player's step, and the phases of a step:
    minibatch, forward, backward, update, average.   product: of a matrix product, else None.
    """

    name: str
    part: str
    parent: int
    seconds: float = 0.0
    product: Product | None = None


class Row(NamedTuple):
    """The sum of all spans of one name and part; `own` are the seconds outside inner spans."""

    name: str
    part: str
    calls: int
    own: float
    total: float


class Gemm(NamedTuple):
    """The matrix products: their seconds and floating-point operations, and the shapes of x and y of each."""

    seconds: float
    flops: int
    shapes: list[tuple[tuple[int, ...], tuple[int, ...]]]


class Profile:
    """The spans of a block in the order they opened, the block itself first."""

    def __init__(self, synchronize: Callable[[], None]):
        self.synchronize = synchronize
        self.spans: list[Span] = []
        self.inside = -1  # the index of the innermost open span

    @property
    def seconds(self) -> float:
        """The seconds of the whole block, the sum of all rows' own seconds."""
        return self.spans[0].seconds

    def rows(self) -> list[Row]:
        """A row for each primitive's forward, its gradient rules, and each phase, sorted by own seconds."""
        own = [span.seconds for span in self.spans]
        for span in self.spans[1:]:
            own[span.parent] -= span.seconds
        found: dict[tuple[str, str], Row] = {}
        for span, seconds in zip(self.spans, own, strict=True):
            key = span.name, span.part
            row = found.get(key, Row(*key, 0, 0.0, 0.0))
            found[key] = Row(*key, row.calls + 1, row.own + seconds, row.total + span.seconds)
        return sorted(found.values(), key=lambda row: -row.own)

    @property
    def products(self) -> list[tuple[Product, float]]:
        """Every call of `matrix_product.forward`, in order, with its seconds."""
        return [(span.product, span.seconds) for span in self.spans if span.product]

    @property
    def gemm(self) -> Gemm:
        """The sums over all products, and their shapes in order."""
        found = self.products
        shapes = [(product.x.shape, product.y.shape) for product, _ in found]
        return Gemm(sum(seconds for _, seconds in found), sum(product.flops for product, _ in found), shapes)

    @contextlib.contextmanager
    def span(self, name: str, part: str = "") -> Iterator[Span]:
        """A span for the block."""
        span = self._open(name, part)
        try:
            yield span
        finally:
            self._close(span)

    def timed(self, function: Callable, name: str, part: str = "") -> Callable:
        """`function` with a span for each call."""

        def timed(*args: Any, **keywords: Any) -> Any:
            span = self._open(name, part)  # the context manager `span` takes twice as long
            try:
                return function(*args, **keywords)
            finally:
                self._close(span)

        return timed

    def _open(self, name: str, part: str) -> Span:
        span = Span(name, part, self.inside)
        if self.inside >= 0 or not self.spans:  # else the block has ended, and its training goes on
            self.inside = len(self.spans)
            self.spans.append(span)
        self.synchronize()
        span.seconds = -time.perf_counter()
        return span

    def _close(self, span: Span) -> None:
        self.synchronize()
        span.seconds += time.perf_counter()
        self.inside = span.parent
