"""A module as it is evaluated: without the random numbers of training, and with fixed statistics in its batch norms."""

from collections.abc import Mapping
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.nn.layer import Module, replaced
from tinygan.nn.minibatch import Minibatch, each
from tinygan.nn.normalization import BatchNorm, ConditionalBatchNorm
from tinygan.nn.tree import frozen
from tinygan.nn.walk import map_nodes, walk


def evaluated(module: Module) -> Module:
    """The module with every layer in its form at evaluation: a Dropout is the identity, for example.

    It calls the method `evaluated` of each layer. A layer that returns another object also evaluates its own parts.
    If no layer differs, the module itself is returned.
    """
    return map_nodes(module, lambda _, node: node.evaluated() if hasattr(type(node), "evaluated") else node)


def with_statistics(module: Module, *inputs: Minibatch) -> Module:
    """`module` evaluated, with batch norms that use the fixed statistics of one large minibatch; Brock et al. 2019.

    inputs: the arguments of module: noise, and the conditions if it is conditional.
    A sample of the returned module depends only on its own z. A layer in two places gets the statistics of both inputs.
    """

    module = evaluated(module)

    class Recorder:
        """A batch norm that records its inputs, as rows of channels."""

        def __init__(self, layer: Any):
            self.layer = layer
            self.conditional = layer.conditional
            self.rows: list[Any] = []

        def __call__(self, x: Array, *condition: Array) -> Array:
            self.rows.append(raw(x).reshape(-1, x.shape[-1]))
            return self.layer(x, *condition)

    recorders: dict[str, Recorder] = {}

    def recording(path: str, node: Any) -> Any:
        if isinstance(node, (BatchNorm, ConditionalBatchNorm)) and node.mean is None:
            return recorders.setdefault(path, Recorder(node))
        return node

    def with_mean_and_variance(path: str, node: Any) -> Any:
        if path not in recorders:
            return node
        rows = F.concatenate(recorders[path].rows)
        return replaced(node, mean=F.mean(rows, axis=0), variance=F.var(rows, axis=0, correction=0))

    recorded = map_nodes(frozen(module), recording)
    if not recorders:  # there is no batch norm
        return module
    recorded(*(each(raw, x) for x in inputs))
    return map_nodes(module, with_mean_and_variance)


def with_given_statistics(module: Module, statistics: Mapping[str, Array]) -> Module:
    """`module` evaluated, with the statistics of all its batch norms by path, such as 'layers.1.mean'."""

    def given(path: str, node: Any) -> Any:
        if not isinstance(node, (BatchNorm, ConditionalBatchNorm)):
            return node
        return replaced(node, **{name: statistics[f"{path}.{name}"] for name in ("mean", "variance")})

    return map_nodes(evaluated(module), given)


def statistics_of(module: Module) -> dict[str, Array]:
    """The statistics of batch norms by path; None for one without."""
    return {
        f"{path}.{name}": getattr(node, name)
        for path, node in walk(module)
        if isinstance(node, (BatchNorm, ConditionalBatchNorm))
        for name in ("mean", "variance")
    }
