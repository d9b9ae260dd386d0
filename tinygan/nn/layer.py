"""The declarations that a layer may make, each with the effect of omitting it.

A module need not be a Layer: any callable object that holds Tensors is one. Its Tensors are learned.
"""

import copy
from typing import Any, ClassVar, TypeAlias

import numpy as np

from tinygan.autograd import Tensor
from tinygan.errors import SettingError
from tinygan.nn.checks import expect_generator, expect_sizes
from tinygan.nn.initialize import Initializer

Module: TypeAlias = Any  # a callable tree of layers and Tensors, see tree.py


class Layer:
    """A callable, layer(x), with learned Tensors and the declarations below. Its repr is its summary.

    per_example: True if the output for an example depends on no other example, so that D(x) and D(G(z)) are computed in
    one pass. If omitted, D is called twice, which is slower. Subclasses do not inherit it.
    conditional: True if it is called as layer(x, condition). If omitted, a Sequential passes x alone.

    __iter__: over the stages that x passes through, in order. If omitted, a summary has one line for the layer.
    branches(x): [(part, its input), ...] for parts side by side; the part None is x itself. If omitted, there are none.
    networks(x): {name: (network, its input), ...} of whole networks, as an encoder. If omitted, it is part of one.

    An array that is not learned is annotated in the class body, `mean: nn.State = None`. If omitted, it is learned.
    """

    per_example: ClassVar[bool] = False
    conditional: ClassVar[bool] = False

    def refreshed(self) -> Any:
        """The layer with its derived state recomputed from its new parameters. If omitted, that state is kept."""
        return self

    def initialized(self, x: Any) -> Any:
        """The layer initialized by a minibatch of its inputs. If omitted, `nn.initialized` keeps its parameters."""
        return self

    def evaluated(self) -> Any:
        """The layer in samples and measures. If omitted, it draws random numbers there too, which changes the run."""
        return self

    def __repr__(self) -> str:
        from tinygan.nn.summary import summary  # it imports the subclasses of this class

        try:
            return summary(self)
        except AttributeError:  # __init__ has not finished
            return object.__repr__(self)


def replaced(layer: Any, **attributes: Any) -> Any:
    """A copy of `layer` with new values of some attributes. The other values are shared with `layer`.

    Raises SettingError if the layer does not have an attribute of that name.
    """
    for name in attributes:
        if not hasattr(layer, name) or isinstance(getattr(type(layer), name, None), property):
            raise SettingError(f"replaced: a {type(layer).__name__} has no {name} that can be replaced")
    if hasattr(layer, "_replace"):
        return layer._replace(**attributes)
    new = copy.copy(layer)
    for name, value in attributes.items():
        object.__setattr__(new, name, value)  # works for frozen dataclasses, too
    return new


def drawn(layer: Layer, initialize: Initializer, shape: tuple[int, ...], rng: np.random.Generator) -> Tensor:
    """A learned array of `shape`, drawn by `initialize`.

    Raises SettingError, with the layer's name, if a size is below 1, rng no generator, or the result of another shape.
    """
    expect_sizes(layer, *shape)
    expect_generator(type(layer).__name__, rng)
    weight = Tensor(initialize(shape, rng))
    if weight.shape != shape:
        raise SettingError(f"{type(layer).__name__}: initialize is expected to give {shape}, got {weight.shape}")
    return weight
