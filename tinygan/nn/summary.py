"""What a module is made of, as a table."""

import contextlib
import copy
import functools
from math import prod
from types import MethodType
from typing import Any

from numpy.random import Generator

from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.nn.dense import Dense, Embedding
from tinygan.nn.layer import Layer
from tinygan.nn.maxout import Maxout
from tinygan.nn.minibatch import shapes
from tinygan.nn.packed import Packed
from tinygan.nn.spectral import SpectralNorm
from tinygan.nn.tree import frozen, map_nodes, parameters
from tinygan.nn.virtual import WithReference


def summary(module: Any, x: Any = None) -> str:
    """A line for each layer: its class, the shape of its output for one minibatch `x`, and how many parameters it has.

    x: an example input; not needed where the module begins with a dense layer. Without it, and where the layers do not
    fit together, the shapes are left out. A layer that iterates over stages, as a Sequential does, gets
    a line for each of them. A layer whose
    parameters stood in a line above is marked `shared`.

    >>> import numpy as np
    >>> from tinygan import nn, functional as F
    >>> rng = np.random.default_rng(0)
    >>> print(nn.summary(nn.Sequential(nn.Dense(2, 8, rng), F.relu, nn.Dense(8, 1, rng))))
    layer  output    parameters
    Dense  (1, 8)            24
    relu   (1, 8)             0
    Dense  (1, 1)             9
    total                    33
    """
    layers = _with_shapes(module, x)
    met: set[int] = set()
    rows = [("layer", "output", "parameters")]
    rows += [(_name(layer), shape, _number(layer, met)) for layer, shape in layers]
    rows += [("total", "", f"{count(module):,}")]
    name, output, number = (max(len(row[i]) for row in rows) for i in range(3))
    return "\n".join(f"{a:<{name}}  {b:<{output}}  {c:>{number}}" for a, b, c in rows)


def count(module: Any) -> int:
    """How many numbers `module` learns; those of a layer in two places count once."""
    return sum(prod(leaf.shape) for leaf in parameters(module).values())


def _with_shapes(module: Any, x: Any) -> list[tuple[Any, str]]:
    """Every layer, and the shape of its output as text."""
    if x is not None:
        return _layers(module, x)[0]
    for examples in (1, 2):  # a batch norm needs two
        with contextlib.suppress(Exception):  # of whatever kind: a module that cannot run can still be listed
            return _layers(module, _example(module, examples))[0]
    return _layers(module, None)[0]


def _example(module: Any, m: int) -> Any:
    """An input of m examples for `module`, where its first layer tells; else None."""
    if isinstance(module, (Dense, Maxout)):
        return namespace(raw(module.weight)).zeros((m, module.weight.shape[0]), module.weight.dtype)
    if isinstance(module, Embedding):
        return namespace(raw(module.weight)).zeros(m, int)
    if isinstance(module, SpectralNorm):
        return _example(module.layer, m)
    if isinstance(module, WithReference):
        return module.reference[:m]
    if isinstance(module, Packed):
        x = _example(module.D, m)
        return None if x is None else namespace(x).zeros((m * module.pack, x.shape[1] // module.pack), x.dtype)
    stages = _stages(module)
    return _example(stages[0], m) if stages else None


def _stages(module: Any) -> list[Any]:
    """What a layer is made of, one behind the other; nothing for one that is a stage itself, or no layer."""
    stages = list(module) if isinstance(module, Layer) else []
    return [] if any(stage is module for stage in stages) else stages


def _layers(module: Any, x: Any, around: tuple[Any, ...] = ()) -> tuple[list[tuple[Any, str]], Any]:
    """The layers of `module` with their shapes, and its output for x.

    around: the modules that hold it, one of which it may be itself.
    """
    stages = [] if any(module is each for each in around) else _stages(module)
    if stages:
        layers = []
        for stage in stages:
            more, x = _layers(stage, x, (*around, module))
            layers += more
        return layers, x
    x = None if x is None else _still(module)(x)
    return [(module, "" if x is None else shapes(x))], x


def _still(module: Any) -> Any:
    """The module frozen, with copies of its random generators: looking at it changes nothing."""
    return map_nodes(frozen(module), lambda _, node: copy.deepcopy(node) if isinstance(node, Generator) else node)


def _number(layer: Any, met: set[int]) -> str:
    """How many parameters a layer has, or that they are those of a layer above; `met` gains them.

    A stage that is a method of the module has none of its own.
    """
    leaves = {} if isinstance(layer, MethodType) else parameters(layer)
    new = [leaf for leaf in leaves.values() if leaf.serial not in met]
    met |= {leaf.serial for leaf in new}
    return "shared" if leaves and not new else f"{sum(prod(leaf.shape) for leaf in new):,}"


def _name(layer: Any) -> str:
    if isinstance(layer, SpectralNorm):
        return f"SpectralNorm({_name(layer.layer)})"
    if isinstance(layer, functools.partial):
        return f"{_name(layer.func)}({', '.join(f'{k}={v}' for k, v in layer.keywords.items())})"
    return getattr(layer, "__name__", type(layer).__name__)
