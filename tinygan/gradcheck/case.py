"""A line of the table of gradient checks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygan.autograd import Tensor, check_grads, raw
from tinygan.backend import Backend, namespace, numpy_backend
from tinygan.nn import map_leaves, parameters, updated


@dataclass(frozen=True)
class Case:
    """A gradient check of f(*arrays) -> Tensor in all its arguments, up to `order`.

    of: the public function or class that is checked.
    arguments: arrays, or shapes, for which standard normal numbers are drawn with `seed`.
    """

    kind: str
    name: str
    of: Any
    f: Callable
    arguments: tuple[Any, ...]
    order: int = 2
    seed: int = 0

    def arrays(self) -> list[Any]:
        """The arguments as float64 arrays on the host."""
        rng = np.random.default_rng(self.seed)
        return [rng.standard_normal(a) if isinstance(a, tuple) else np.asarray(a, np.float64) for a in self.arguments]

    def check(self, backend: Backend = numpy_backend) -> None:
        """Raises GradientError if a gradient differs from the derivative."""
        check_grads(self.f, *(backend.asarray(a) for a in self.arrays()), order=self.order)

    def shapes(self) -> str:
        return " ".join("x".join(map(str, a.shape)) or "1" for a in self.arrays())


def of_module(
    kind: str, module: Any, *inputs: Any, order: int = 2, name: str = "", call: Callable | None = None, of: Any = None
) -> Case:
    """The check of a module in its inputs and all its parameters. It is called as call(module, *inputs).

    of: what is checked, if it is not the class of the module.

    Random numbers are added to its parameters, so that no scale is exactly 1 and no shift exactly 0.
    """
    leaves = parameters(module)
    rng = np.random.default_rng(1)
    values = [raw(leaf).astype(np.float64) + 0.3 * rng.standard_normal(leaf.shape) for leaf in leaves.values()]

    def f(*args: Any) -> Any:
        xs, ps = args[: len(inputs)], args[len(inputs) :]
        whole = updated(_alike(module, args[0]), dict(zip(leaves, ps, strict=True)))
        return call(whole, *xs) if call else whole(*xs)

    f.__name__ = name or type(module).__name__
    return Case(kind, name or type(module).__name__, of or type(module), f, (*inputs, *values), order)


def _alike(module: Any, like: Any) -> Any:
    """`module` with its state in the dtype and on the device of `like`."""
    xp = namespace(raw(like))

    def moved(leaf: Any) -> Any:
        return leaf if isinstance(leaf, Tensor) else xp.asarray(leaf, dtype=like.dtype)

    return map_leaves(module, moved)
