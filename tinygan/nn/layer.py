"""The layers of this package have this in common; a module needs none of it, any object that holds Tensors is one."""

from typing import Any, ClassVar

import numpy as np

from tinygan.autograd import Tensor
from tinygan.errors import SettingError
from tinygan.nn.initialize import Initializer


class Layer:
    """A layer says of itself what the tree and `together` cannot see, and its repr is its summary."""

    per_example: ClassVar[bool] = False  # whether it treats each example on its own; every class says so for itself
    state: ClassVar[tuple[str, ...]] = ()  # the attributes that hold arrays which are not learned

    def __repr__(self) -> str:
        from tinygan.nn.summary import summary  # it knows the layers, which are made from this class

        try:
            return summary(self)
        except AttributeError:  # of a layer whose __init__ did not come to its end
            return object.__repr__(self)


def drawn(layer: Layer, initialize: Initializer, shape: tuple[int, ...], rng: np.random.Generator) -> Tensor:
    """A learned array of `shape`, drawn by `initialize`.

    Raises SettingError, which names the layer, for a size that is no whole number from 1 on, for an rng that is no
    NumPy generator, and for an initializer that gives another shape.
    """
    expect_sizes(layer, *shape)
    expect_generator(type(layer).__name__, rng)
    weight = Tensor(initialize(shape, rng))
    if weight.shape != shape:
        raise SettingError(f"{type(layer).__name__}: initialize is expected to give {shape}, got {weight.shape}")
    return weight


# Each of these raises SettingError, in one line that begins with the name of who asks.


def expect_sizes(layer: Layer, *sizes: Any) -> None:
    """Sizes are whole numbers from 1 on."""
    for size in sizes:
        if not hasattr(size, "__index__") or isinstance(size, (bool, np.ndarray)) or size < 1:
            name = type(layer).__name__
            raise SettingError(f"{name}: sizes are expected to be whole numbers from 1 on, got {size!r}")


def expect_callable(layer: Layer, *parts: Any) -> None:
    """The parts of a layer can be called, and are no classes that have yet to be made."""
    for part in parts:
        if isinstance(part, type) or not callable(part):
            found = f"the class {part.__name__}" if isinstance(part, type) else type(part).__name__
            raise SettingError(f"{type(layer).__name__}: expected a layer or a function, got {found}")


def expect_epsilon(layer: Layer, epsilon: Any) -> float:
    """An epsilon is a number from 0 on; returned as Python's, it leaves dtypes as they are."""
    if not isinstance(epsilon, (int, float, np.number)) or not 0 <= epsilon < np.inf:
        raise SettingError(f"{type(layer).__name__}: epsilon is expected to be at least 0, got {epsilon!r}")
    return float(epsilon)


def expect_generator(name: str, rng: Any) -> None:
    """Random numbers come from a NumPy generator."""
    if not isinstance(rng, np.random.Generator):
        raise SettingError(f"{name}: rng is expected to be numpy.random.default_rng(seed), got {rng!r}")
