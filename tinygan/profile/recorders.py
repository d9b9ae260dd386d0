"""Profilers of a block: forwards and gradient rules of primitives are replaced by timed ones until the block ends.

Without a profiler there is no cost: the engine looks up `op.forward` and `op.vjps` at each call in any case.
"""

import contextlib
import inspect
import sys
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from tinygan import nn, training
from tinygan.autograd import differentiate
from tinygan.autograd.arithmetic import matrix_product
from tinygan.optim import Optimizer
from tinygan.profile.products import Product
from tinygan.profile.spans import Profile


@contextlib.contextmanager
def recorded(synchronize: Callable[[], None] = lambda: None) -> Iterator[Profile]:
    """Times the matrix products alone inside the block.

    synchronize: waits for the device, so that each product has its own seconds.

    >>> import numpy as np
    >>> from tinygan import functional as F
    >>> with recorded() as profile:
    ...     out = F.matmul(np.ones((2, 3)), np.ones((3, 4)))
    >>> [(product.out.shape, product.flops) for product, seconds in profile.products]
    [((2, 4), 48)]
    """
    profile = Profile(synchronize)
    with contextlib.ExitStack() as restored:
        _swap(restored, matrix_product, "forward", _product(profile))
        with profile.span("block"):
            yield profile


@contextlib.contextmanager
def profiled(synchronize: Callable[[], None] = lambda: None) -> Iterator[Profile]:
    """Times every primitive and every phase of Algorithm 1 inside the block. The profile is complete after the block.

    synchronize: waits for the device, as `Backend.synchronize` does; called at both ends of each span.
    One thread is profiled, and the primitives that modules hold when the block begins. An operator between bare arrays
    is NumPy's own and no primitive; its time is that of the span around it. Blocks may nest.

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
        others: dict[Any, Callable] = {
            differentiate.grad: profile.timed(differentiate.grad, "backward"),
            nn.averaged: profile.timed(nn.averaged, "average"),
            training.train: _game(profile, training.train),
        }
        primitives: set[Any] = set()
        for module in list(sys.modules.values()):
            for name, value in list(getattr(module, "__dict__", {}).items()):
                if type(value) is not FunctionType:  # access to its attributes could set off a module's warning
                    continue
                if value in others:
                    _swap(restored, module, name, others[value])
                elif hasattr(value, "vjps"):
                    primitives.add(value)
        for op in primitives:
            forward = _product(profile) if op is matrix_product else profile.timed(op.forward, op.__name__, "forward")
            _swap(restored, op, "forward", forward)
            _swap(restored, op, "vjps", _Rules(profile, op))
        _swap(restored, Optimizer, "apply", profile.timed(Optimizer.apply, "update"))
        with profile.span("block"):
            yield profile


def _swap(restored: contextlib.ExitStack, owner: Any, name: str, value: Any) -> None:
    """Sets owner.name to `value` until `restored` is closed."""
    restored.callback(setattr, owner, name, getattr(owner, name))
    setattr(owner, name, value)


def _product(profile: Profile) -> Callable:
    """matrix_product.forward with a span for each call, which keeps the operands' layouts."""
    forward = matrix_product.forward  # type: ignore[attr-defined]

    def product(xp: Any, x: Any, y: Any, transpose_x: bool = False, transpose_y: bool = False, into: Any = None) -> Any:
        with profile.span("matrix_product", "forward") as span:
            out = forward(xp, x, y, transpose_x, transpose_y, into)
            span.product = Product.of(x, y, out, transpose_x, transpose_y)
            return out

    return product


def _game(profile: Profile, train: Callable) -> Callable:
    """`train` with a span for each player's step, with its minibatches and its forward pass inside."""

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


class _Timed:
    """An objective whose losses are timed."""

    def __init__(self, base: Any, profile: Profile):
        self.base, self.profile = base, profile
        self.d_loss = profile.timed(base.d_loss, "forward")
        self.g_loss = profile.timed(base.g_loss, "forward")

    def after(self, *game: Any) -> "_Timed":
        """The objective of the next iteration, timed too."""
        return _Timed(self.base.after(*game), self.profile)


class _Rules:
    """The gradient rules of `op`; each is timed when it is looked up."""

    def __init__(self, profile: Profile, op: Any):
        self.rules, self.profile, self.name = op.vjps, profile, op.__name__

    def __len__(self) -> int:
        return len(self.rules)

    def __getitem__(self, i: int) -> Callable | None:
        rule = self.rules[i]
        return rule and self.profile.timed(rule, self.name, "backward")
