"""Where the time of a block goes: each primitive's forward and rules are swapped for timed ones until the block ends.

The engine knows nothing of it, and pays nothing: it looks up `op.forward` and `op.vjps` at the call anyway.
"""

import contextlib
import inspect
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any, NamedTuple

from tinygan import nn, training
from tinygan.autograd import differentiate
from tinygan.autograd.arithmetic import matrix_product
from tinygan.objectives import Around
from tinygan.optim import Optimizer
from tinygan.products import Product


@dataclass(slots=True)
class Span:
    """One call, inside the span of index `parent`.

    part: "forward" or "backward" of the primitive `name`; "" for the block, a player's step, and the phases of one:
    minibatch, forward, backward, update, average.   product: where it is a matrix product.
    """

    name: str
    part: str
    parent: int
    seconds: float = 0.0
    product: Product | None = None


class Row(NamedTuple):
    """All spans of one name and part; `own` seconds are without the spans inside."""

    name: str
    part: str
    calls: int
    own: float
    total: float


class Gemm(NamedTuple):
    """The matrix products: seconds and floating-point operations of all, and the shapes of x and y of each."""

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
        """Of the whole block; the own seconds of all rows sum to it."""
        return self.spans[0].seconds

    def rows(self) -> list[Row]:
        """What each primitive's forward, its rules and the Python of each phase took, the most own seconds first."""
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
    def gemm(self) -> Gemm:
        """Every call of `matrix_product.forward`, in order."""
        found = [(span.product, span.seconds) for span in self.spans if span.product]
        shapes = [(product.x.shape, product.y.shape) for product, _ in found]
        return Gemm(sum(seconds for _, seconds in found), sum(product.flops for product, _ in found), shapes)

    @contextlib.contextmanager
    def span(self, name: str, part: str = "") -> Iterator[Span]:
        """A span of its own for the block."""
        span = self._open(name, part)
        try:
            yield span
        finally:
            self._close(span)

    def timed(self, function: Callable, name: str, part: str = "") -> Callable:
        """`function`, each call a span."""

        def timed(*args: Any, **keywords: Any) -> Any:
            span = self._open(name, part)  # written out: a context manager takes twice as long
            try:
                return function(*args, **keywords)
            finally:
                self._close(span)

        return timed

    def _open(self, name: str, part: str) -> Span:
        span = Span(name, part, self.inside)
        if self.inside >= 0 or not self.spans:  # else the block has ended, and a game of it goes on
            self.inside = len(self.spans)
            self.spans.append(span)
        self.synchronize()
        span.seconds = -time.perf_counter()
        return span

    def _close(self, span: Span) -> None:
        self.synchronize()
        span.seconds += time.perf_counter()
        self.inside = span.parent


@contextlib.contextmanager
def profiled(synchronize: Callable[[], None] = lambda: None) -> Iterator[Profile]:
    """Time every primitive, and every phase of Algorithm 1, inside the block; read the profile when it has ended.

    synchronize: waits for the device, as `Backend.synchronize` does; called at both ends of each span.
    Sees one thread, and the primitives that some module holds when the block begins. An operator between bare arrays is
    NumPy's own and no primitive: it counts for what is around it. Blocks may nest.

    >>> import numpy as np
    >>> from tinygan import Tensor, grad
    >>> x, w = np.ones((2, 3)), Tensor(np.ones((3, 4)))
    >>> with profiled() as profile:
    ...     gradient = grad((x @ w).sum(), w)
    >>> profile.gemm.flops, profile.gemm.shapes
    (96, [((2, 3), (3, 4)), ((3, 2), (2, 4))])
    """
    profile = Profile(synchronize)
    with contextlib.ExitStack() as restored:

        def swap(owner: Any, name: str, value: Any) -> None:
            restored.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)

        others: dict[Any, Callable] = {
            differentiate.grad: profile.timed(differentiate.grad, "backward"),
            nn.averaged: profile.timed(nn.averaged, "average"),
            training.train: _game(profile, training.train),
        }
        primitives: set[Any] = set()
        for module in list(sys.modules.values()):
            for name, value in list(getattr(module, "__dict__", {}).items()):
                if type(value) is not FunctionType:  # asking the value itself could set off a module's warning
                    continue
                if value in others:
                    swap(module, name, others[value])
                elif hasattr(value, "vjps"):
                    primitives.add(value)
        for op in primitives:
            forward = _product(profile) if op is matrix_product else profile.timed(op.forward, op.__name__, "forward")
            swap(op, "forward", forward)
            swap(op, "vjps", _Rules(profile, op))
        swap(Optimizer, "apply", profile.timed(Optimizer.apply, "update"))
        with profile.span("block"):
            yield profile


def _product(profile: Profile) -> Callable:
    """matrix_product.forward, each call a span that keeps its operands' layouts."""
    forward = matrix_product.forward  # type: ignore[attr-defined]

    def product(xp: Any, x: Any, y: Any, transpose_x: bool = False, transpose_y: bool = False, into: Any = None) -> Any:
        with profile.span("matrix_product", "forward") as span:
            out = forward(xp, x, y, transpose_x, transpose_y, into)
            span.product = Product.of(x, y, out, transpose_x, transpose_y)
            return out

    return product


def _game(profile: Profile, train: Callable) -> Callable:
    """`train`, each step a span of its player, with its minibatches and its forward pass inside."""

    def game(*args: Any, **keywords: Any) -> Iterator[training.Step]:
        given = inspect.signature(train).bind(*args, **keywords)
        for source in ("noise", "data"):
            given.arguments[source] = profile.timed(given.arguments[source], "minibatch")
        given.arguments["objective"] = _Timed(given.arguments["objective"], profile)
        steps = train(*given.args, **given.kwargs)
        while True:
            with profile.span("unfinished step") as span:
                step = next(steps)
                span.name = f"{step.player} step"
            yield step._replace(objective=step.objective.base)

    return game


@dataclass(frozen=True)
class _Timed(Around):
    """An objective whose losses are timed."""

    profile: Profile

    def d_loss(self, *game: Any) -> Any:
        return self.profile.timed(self.base.d_loss, "forward")(*game)

    def g_loss(self, *game: Any) -> Any:
        return self.profile.timed(self.base.g_loss, "forward")(*game)


class _Rules:
    """The rules of `op`, each timed when it is taken; there may be one for any number of arguments."""

    def __init__(self, profile: Profile, op: Any):
        self.rules, self.profile, self.name = op.vjps, profile, op.__name__

    def __len__(self) -> int:
        return len(self.rules)

    def __getitem__(self, i: int) -> Callable | None:
        rule = self.rules[i]
        return rule and self.profile.timed(rule, self.name, "backward")
