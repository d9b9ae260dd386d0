"""The house rules of layers: all that a layer may declare, and what it costs to forget it.

A module needs none of this. Any object that can be called and holds Tensors is one: they are learned, and what else it
holds stays as it is.
"""

import copy
import functools
import inspect
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, TypeAlias

import numpy as np

from tinygan.autograd import Tensor
from tinygan.errors import SettingError
from tinygan.nn.checks import expect_generator, expect_sizes
from tinygan.nn.initialize import Initializer

Module: TypeAlias = Any  # a callable tree of layers and Tensors, see tree.py
State = Annotated[Any, "state"]


class Layer:
    """A callable with learned Tensors, and with these declarations; its repr is its summary.

    layer(x), or layer(x, condition) where `conditional` is True.

    per_example: True says that each example is treated on its own, so that D(x) and D(G(z)) may be computed by one pass
    over both. Forgotten, D passes twice and is slower. Every class says so for itself: it is not inherited.
    conditional: True says that the layer is called with a condition too. Forgotten, a Sequential gives it none.

    An attribute that holds an array which is not learned is annotated as State in the body of the class:
    `mean: State = None`. Forgotten, `traced` makes a parameter of it.
    """

    per_example: ClassVar[bool] = False
    conditional: ClassVar[bool] = False

    def refreshed(self) -> Any:
        """The layer once its parameters have changed, with the state that depends on them computed anew.

        Forgotten, that state stays what it was when the layer was made.
        """
        return self

    def __iter__(self) -> Iterator[Any]:
        """The stages that x passes through, one after another. Forgotten, a summary has one line for the layer."""
        yield self

    def __repr__(self) -> str:
        from tinygan.nn.summary import summary  # it knows the layers, which are made from this class

        try:
            return summary(self)
        except AttributeError:  # of a layer whose __init__ did not come to its end
            return object.__repr__(self)


@functools.cache
def state_of(kind: Any) -> tuple[str, ...]:
    """The attributes that a class, or a class that it inherits from, annotates as State."""
    found = [
        name
        for parent in kind.__mro__
        for name, annotation in inspect.get_annotations(parent).items()
        if annotation is State or (isinstance(annotation, str) and annotation.split(".")[-1] == "State")
    ]
    return tuple(found)


def replaced(layer: Any, **attributes: Any) -> Any:
    """A copy of `layer` with these attributes in place of its own; all else is shared.

    Raises SettingError for an attribute that it does not have.
    """
    for name in attributes:
        if not hasattr(layer, name):
            raise SettingError(f"replaced: a {type(layer).__name__} has no {name}")
    new = copy.copy(layer)
    for name, value in attributes.items():
        object.__setattr__(new, name, value)  # of a frozen dataclass too
    return new


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
