"""One line of the table of gradient checks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygan.autograd import Tensor, check_grads, raw
from tinygan.backend import Backend, namespace, numpy_backend
from tinygan.nn import map_leaves, parameters, updated


@dataclass(frozen=True)
class Case:
    """f(*arrays) -> Tensor is differentiable in all its arguments, up to `order`.

    of: the public function or class that the line covers.
    arguments: a shape stands for standard normal numbers, drawn from `seed`; an array for itself.
    """

    kind: str
    name: str
    of: Any
    f: Callable
    arguments: tuple[Any, ...]
    order: int = 2
    seed: int = 0

    def arrays(self) -> list[Any]:
        """The arguments, float64, on the host."""
        rng = np.random.default_rng(self.seed)
        return [rng.standard_normal(a) if isinstance(a, tuple) else np.asarray(a, np.float64) for a in self.arguments]

    def check(self, backend: Backend = numpy_backend) -> None:
        """Raise GradientError if a gradient, up to the order, is not the derivative."""
        check_grads(self.f, *(backend.asarray(a) for a in self.arrays()), order=self.order)

    def shapes(self) -> str:
        return " ".join("x".join(map(str, a.shape)) or "1" for a in self.arrays())


def of_module(
    kind: str, module: Any, *inputs: Any, order: int = 2, name: str = "", call: Callable | None = None
) -> Case:
    """A module as a function of its inputs and of all its parameters; call(module, *inputs) is how it is applied.

    The module's learned values are replaced by random ones near them, so that no scale is exactly 1 and no shift
    exactly 0.
    """
    leaves = parameters(module)
    rng = np.random.default_rng(1)
    values = [raw(leaf).astype(np.float64) + 0.3 * rng.standard_normal(leaf.shape) for leaf in leaves.values()]

    def f(*args: Any) -> Any:
        xs, ps = args[: len(inputs)], args[len(inputs) :]
        whole = updated(_alike(module, args[0]), dict(zip(leaves, ps, strict=True)))
        return call(whole, *xs) if call else whole(*xs)

    f.__name__ = name or type(module).__name__
    return Case(kind, name or type(module).__name__, type(module), f, (*inputs, *values), order)


def _alike(module: Any, like: Any) -> Any:
    """`module` with its state in the dtype and on the device of `like`."""
    xp = namespace(raw(like))

    def moved(leaf: Any) -> Any:
        return leaf if isinstance(leaf, Tensor) else xp.asarray(leaf, dtype=like.dtype)

    return map_leaves(module, moved)
