"""What the layers of this package have in common; a module needs none of it, any object that holds Tensors is one."""

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

        return summary(self)


def drawn(layer: Layer, initialize: Initializer, shape: tuple[int, ...], rng: np.random.Generator) -> Tensor:
    """A learned array of `shape`, drawn by `initialize`.

    Raises SettingError, which names the layer, for a size that is no whole number from 1 on, and for an rng that is no
    NumPy generator.
    """
    expect_sizes(layer, *shape)
    if not isinstance(rng, np.random.Generator):
        raise SettingError(f"{type(layer).__name__}: rng is expected to be numpy.random.default_rng(seed), got {rng!r}")
    return Tensor(initialize(shape, rng))


def expect_sizes(layer: Layer, *sizes: Any) -> None:
    """Raises SettingError, which names the layer, if one of its sizes is no whole number from 1 on."""
    for size in sizes:
        if not (hasattr(size, "__index__") and size >= 1):
            name = type(layer).__name__
            raise SettingError(f"{name}: sizes are expected to be whole numbers from 1 on, got {size!r}")
