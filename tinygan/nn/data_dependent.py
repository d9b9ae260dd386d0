"""Data-dependent initialization: parameters that are computed from a minibatch on its way through a network."""

from typing import Any

from tinygan.autograd import raw
from tinygan.nn.layer import Layer, Module
from tinygan.nn.minibatch import Minibatch, each
from tinygan.nn.walk import map_nodes


class First:
    """A layer that is initialized by the first minibatch that reaches it."""

    def __init__(self, layer: Any):
        self.layer, self.waiting = layer, True
        self.conditional = getattr(layer, "conditional", False)

    def __call__(self, x: Minibatch, *condition: Any) -> Minibatch:
        if self.waiting:
            self.layer, self.waiting = self.layer.initialized(x), False
        return each(raw, self.layer(x, *condition))


def initialized(module: Module, x: Minibatch) -> Module:
    """`module` after the method `initialized` of each layer that declares one, called with the layer's inputs.

    x: a minibatch of the module's inputs. Each layer gets the outputs of layers that are initialized already, as in
    Salimans and Kingma 2016, section 3. A layer in two places is initialized by its first input, and a layer that x
    does not reach stays unchanged. Layers with noise draw it as in training.
    A module without such layers is returned itself.
    """
    firsts: dict[str, First] = {}

    def waiting(path: str, node: Any) -> Any:
        if getattr(type(node), "initialized", Layer.initialized) is Layer.initialized:
            return node
        return firsts.setdefault(path, First(node))

    trial = map_nodes(module, waiting)
    if not firsts:
        return module
    trial(x)
    return map_nodes(module, lambda path, node: firsts[path].layer if path in firsts else node)
