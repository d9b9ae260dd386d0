"""What a module is made of, as a table."""

import functools
from math import prod
from typing import Any

import numpy as np

from tinygan.nn.dense import Dense, Embedding
from tinygan.nn.maxout import Maxout
from tinygan.nn.packed import Packed
from tinygan.nn.spectral import SpectralNorm
from tinygan.nn.tree import frozen, parameters
from tinygan.nn.virtual import Referenced


def summary(module: Any, x: Any = None) -> str:
    """A line for each layer: its class, the shape of its output for one minibatch `x`, and how many parameters it has.

    x: an example input; not needed where the module begins with a dense layer. Without it the shapes are left out.
    What has a method `stages` gets a line for each of them.

    >>> from tinygan import nn, functional as F
    >>> rng = np.random.default_rng(0)
    >>> print(nn.summary(nn.Sequential(nn.Dense(2, 8, rng), F.relu, nn.Dense(8, 1, rng))))
    layer  output    parameters
    Dense  (1, 8)            24
    relu   (1, 8)             0
    Dense  (1, 1)             9
    total                    33
    """
    x = _example(module) if x is None else x
    rows = [("layer", "output", "parameters"), *_rows(module, x)[0], ("total", "", f"{count(module):,}")]
    name, output, number = (max(len(row[i]) for row in rows) for i in range(3))
    return "\n".join(f"{a:<{name}}  {b:<{output}}  {c:>{number}}" for a, b, c in rows)


def count(module: Any) -> int:
    """How many numbers `module` learns."""
    return sum(prod(leaf.shape) for leaf in parameters(module).values())


def _example(module: Any) -> Any:
    """The least input that `module` takes, where its first layer tells; else None."""
    if isinstance(module, (Dense, Maxout)):
        return np.zeros((1, module.weight.shape[0]), np.float32)
    if isinstance(module, Embedding):
        return np.zeros(1, int)
    if isinstance(module, SpectralNorm):
        return _example(module.layer)
    if isinstance(module, Referenced):
        return module.reference[:1]
    if isinstance(module, Packed):
        x = _example(module.D)
        return None if x is None else np.zeros((module.pack, x.shape[1] // module.pack), x.dtype)
    stages = module.stages() if hasattr(module, "stages") else []
    return _example(stages[0]) if stages else None


def _rows(module: Any, x: Any) -> tuple[list[tuple[str, str, str]], Any]:
    """The rows of `module`, and its output for x."""
    if hasattr(module, "stages"):
        rows = []
        for stage in module.stages():
            more, x = _rows(stage, x)
            rows += more
        return rows, x
    x = None if x is None else frozen(module)(x)
    shape = "" if x is None else str(x.shape)
    return [(_name(module), shape, f"{count(module):,}")], x


def _name(layer: Any) -> str:
    if isinstance(layer, SpectralNorm):
        return f"SpectralNorm({_name(layer.layer)})"
    if isinstance(layer, functools.partial):
        return f"{layer.func.__name__}({', '.join(f'{k}={v}' for k, v in layer.keywords.items())})"
    return getattr(layer, "__name__", type(layer).__name__)
