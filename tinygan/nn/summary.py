"""The layers of a module with the shapes of their outputs, as a list and as a table."""

import contextlib
import copy
import functools
from math import prod
from types import MethodType
from typing import Any, NamedTuple

from numpy.random import Generator

from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.nn.dense import Dense
from tinygan.nn.embedding import Embedding
from tinygan.nn.layer import Layer, Module
from tinygan.nn.maxout import Maxout
from tinygan.nn.minibatch import Minibatch, leaves
from tinygan.nn.packed import Packed
from tinygan.nn.spectral import SpectralNorm
from tinygan.nn.tree import frozen, parameters
from tinygan.nn.virtual import WithReference
from tinygan.nn.walk import map_nodes


class Stage(NamedTuple):
    """A layer on the way of an example through a network.

    shapes: of the arrays of its output; () if there is no example.   skip: the index of the stage whose output enters
    this one by a skip connection, beside that of the stage before; -1 for the input of the network.
    """

    layer: Any
    name: str
    shapes: tuple[tuple[int, ...], ...]
    skip: int | None = None


def summary(module: Module, x: Minibatch = None) -> str:
    """A table with a line for each layer: its class, the shape of its output, and its number of parameters.

    x: an example input, from which the shapes are computed. It may be omitted if the first layer determines the shape,
    as a dense layer does. Otherwise, or if the module fails on it, the table has no shapes. A layer that iterates over
    stages, such as a Sequential, has a line for each stage. A layer with branches, such as a residual block, has the
    lines of each branch and one for their sum. A layer with the parameters of a line above is marked `shared`.

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
    seen: set[int] = set()
    rows = [("layer", "output", "parameters")]
    for stage in stages(module, x):
        rows.append((stage.name, ", ".join(map(str, stage.shapes)), _number(stage.layer, seen)))
    rows += [("total", "", f"{count(module):,}")]
    name, output, number = (max(len(row[i]) for row in rows) for i in range(3))
    return "\n".join(f"{a:<{name}}  {b:<{output}}  {c:>{number}}" for a, b, c in rows)


def count(module: Module) -> int:
    """The number of learned numbers in `module`; a layer in two places counts once."""
    return sum(prod(leaf.shape) for leaf in parameters(module).values())


def stages(module: Module, x: Minibatch = None) -> list[Stage]:
    """The stages of a network in order, one for each line of its summary.   x: as for `summary`.

    >>> import numpy as np
    >>> from tinygan import nn, functional as F
    >>> D = nn.Sequential(nn.Dense(2, 8, np.random.default_rng(0)), F.relu)
    >>> [(stage.name, stage.shapes) for stage in nn.stages(D)]
    [('Dense', ((1, 8),)), ('relu', ((1, 8),))]
    """
    if x is not None:
        return _passed(module, x)
    for examples in (1, 2):  # a batch norm needs two
        with contextlib.suppress(Exception):  # any error: a module that fails on the example can still be listed
            return _passed(module, _example(module, examples))
    return _passed(module, None)


def _example(module: Module, m: int) -> Any:
    """An input of m examples for `module`, if its first layer determines the shape; else None."""
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
    parts = _parts(module)
    return _example(parts[0], m) if parts else None


def _parts(module: Module) -> list[Any]:
    """The stages of a layer; [] for a layer with no stages but itself, and for an object that is not a Layer."""
    return list(module) if isinstance(module, Layer) and hasattr(module, "__iter__") else []


def _branches(module: Module, x: Minibatch) -> list[tuple[Any, Any]]:
    """The parts of a layer that stand side by side, each with its input; [] for a layer without any."""
    return module.branches(x) if isinstance(module, Layer) and hasattr(module, "branches") else []


def _passed(module: Module, x: Minibatch) -> list[Stage]:
    """The stages that x passes through."""
    passed: list[Stage] = []
    _pass(module, x, passed, ())
    return passed


def _pass(module: Module, x: Minibatch, passed: list[Stage], enclosing: tuple[Any, ...]) -> Any:
    """The module's output for x, after its stages have been added to `passed`.

    enclosing: the modules that contain it; a module may contain itself.
    """
    inside = any(module is each for each in enclosing)
    if not inside and (parts := _parts(module)):
        for part in parts:
            x = _pass(part, x, passed, (*enclosing, module))
        return x
    before, skip = len(passed) - 1, None
    for part, given in [] if inside else _branches(module, x):
        if part is None:
            skip = before
        else:
            _pass(part, given, passed, (*enclosing, module))
    output = None if x is None else _frozen_copy(module)(x)
    shapes = () if x is None else tuple(leaf.shape for leaf in leaves(output))
    passed.append(Stage(module, _name(module), shapes, skip))
    return output


def _frozen_copy(module: Module) -> Any:
    """The module frozen, with copies of its random generators, so that a call changes nothing."""
    return map_nodes(frozen(module), lambda _, node: copy.deepcopy(node) if isinstance(node, Generator) else node)


def _number(layer: Any, seen: set[int]) -> str:
    """The number of parameters of a layer, or "shared" if all are in `seen`, to which they are added.

    A stage that is a method of the module has no parameters of its own, and neither has a layer with branches.
    """
    leaves = {} if _branches(layer, None) or isinstance(layer, MethodType) else parameters(layer)
    new = [leaf for leaf in leaves.values() if leaf.serial not in seen]
    seen |= {leaf.serial for leaf in new}
    return "shared" if leaves and not new else f"{sum(prod(leaf.shape) for leaf in new):,}"


def _name(layer: Any) -> str:
    if isinstance(layer, SpectralNorm):
        return f"SpectralNorm({_name(layer.layer)})"
    if isinstance(layer, functools.partial):
        return f"{_name(layer.func)}({', '.join(f'{k}={v}' for k, v in layer.keywords.items())})"
    return getattr(layer, "__name__", type(layer).__name__)
