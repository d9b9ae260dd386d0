"""PyTorch's names and layouts of parameters.

| layer           | ours                                     | PyTorch's                                        |
| Dense           | weight (in, out)                         | Linear: weight (out, in)                         |
| Conv2d          | weight (KH, KW, in, out)                 | Conv2d: weight (out, in, KH, KW)                 |
| ConvTranspose2d | weight (KH, KW, out, in)                 | ConvTranspose2d: weight (in, out, KH, KW)        |
| BatchNorm       | scale, shift, mean, variance             | weight, bias, running_mean, running_var          |
| LayerNorm       | scale, shift (H, W, C)                   | weight, bias (C, H, W)                           |
| InstanceNorm    | scale, shift                             | weight, bias                                     |
| Embedding       | weight                                   | Embedding: weight                                |
| any other       | its arrays                               | the same, under the same names                   |

A Dense before a `Reshape` to images (H, W, C), or after one of images, has its features in the order (C, H, W) of
PyTorch's Unflatten and Flatten. The name is the path without the words "layers" and "network": layers.0.weight is
0.weight, as in torch.nn.Sequential. Spectral and weight norm are part of the weights.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import to_host
from tinygan.nn.minibatch import Minibatch
from tinygan.nn.walk import walk

Axes = tuple[int, ...]
KERNELS: Axes = (3, 2, 0, 1)  # of both convolutions
NORM: dict[str, tuple[str, Axes]] = {"scale": ("weight", (0,)), "shift": ("bias", (0,))}
STATISTICS: dict[str, tuple[str, Axes]] = {"mean": ("running_mean", (0,)), "variance": ("running_var", (0,))}
BIAS: dict[str, tuple[str, Axes]] = {"bias": ("bias", (0,))}
LAYOUTS: dict[type, dict[str, tuple[str, Axes]]] = {  # our attribute: (theirs, our axes in the order of theirs)
    nn.Dense: {"weight": ("weight", (1, 0)), **BIAS},
    nn.Conv2d: {"weight": ("weight", KERNELS), **BIAS},
    nn.ConvTranspose2d: {"weight": ("weight", KERNELS), **BIAS},
    nn.BatchNorm: {**NORM, **STATISTICS},
    nn.ConditionalBatchNorm: STATISTICS,
    nn.LayerNorm: NORM,
    nn.InstanceNorm: NORM,
    nn.Embedding: {"weight": ("weight", (0, 1))},
}
IMAGES: Axes = (2, 0, 1)  # (H, W, C) to (C, H, W)
LEFT_OUT = {"layers", "network"}

Orders = dict[tuple[int, str], tuple[int, NDArray]]  # (axis, our numbers in their order) by (id of a layer, attribute)


@dataclass(frozen=True)
class Entry:
    """An array of a module.

    path: ours.   name: PyTorch's.   axes: ours in the order of theirs.   order: our numbers along `axis`, in the order
    of theirs; () if it is the same.
    """

    path: str
    name: str
    array: Any
    axes: Axes
    axis: int = 0
    order: Any = ()

    def exported(self) -> NDArray[np.float32]:
        """The array in PyTorch's layout, float32 on the host."""
        array = to_host(raw(self.array)).astype(np.float32)
        array = np.take(array, self.order, self.axis) if len(self.order) else array
        return np.array(array.transpose(self.axes), order="C")  # also of no axes

    def imported(self, array: NDArray) -> NDArray[np.float32]:
        """An array in PyTorch's layout, in ours."""
        array = array.astype(np.float32).transpose(np.argsort(self.axes))
        array = np.take(array, np.argsort(self.order), self.axis) if len(self.order) else array
        return np.array(array, order="C")

    @property
    def shape(self) -> tuple[int, ...]:
        """PyTorch's."""
        return tuple(self.array.shape[axis] for axis in self.axes)


def entries(module: Any, z: Minibatch) -> list[Entry]:
    """All arrays of a `plain` module.   z: some of its inputs, which show the shapes of features.

    Those without a place in the table, such as the gamma of an attention, keep their layout, under their own names.
    """
    orders = _orders(module, z)
    found = [entry for path, layer in walk(module) for entry in _of_layer(path, layer, orders)]
    known = {id(entry.array) for entry in found}
    others = [(path, leaf) for path, leaf in nn.named_leaves(module) if id(leaf) not in known]
    return [*found, *(Entry(path, _name(path), leaf, tuple(range(leaf.ndim))) for path, leaf in others)]


def plain(module: Any) -> Any:
    """The module without spectral and weight norm: its layers have the weights that those make."""
    norms = nn.SpectralNorm, nn.WeightNorm
    return nn.map_nodes(nn.frozen(module), lambda path, node: node.normalized() if isinstance(node, norms) else node)


def _of_layer(path: str, layer: Any, orders: Orders) -> Iterator[Entry]:
    for ours, (theirs, axes) in _layout(layer).items():
        if (array := getattr(layer, ours)) is not None:
            if isinstance(layer, nn.LayerNorm):
                axes = IMAGES if array.ndim == 3 else tuple(range(array.ndim))
            place, name = (f"{path}.{word}" if path else word for word in (ours, theirs))
            yield Entry(place, _name(name), array, axes, *orders.get((id(layer), ours), ()))


def _layout(layer: Any) -> dict[str, tuple[str, Axes]]:
    """The row of the table for a layer, or for the layer that it is a kind of; {} if there is none."""
    return next((row for kind, row in LAYOUTS.items() if isinstance(layer, kind)), {})


def _name(path: str) -> str:
    """The path without the words that PyTorch's Sequential does not have."""
    return ".".join(word for word in path.split(".") if word not in LEFT_OUT)


def _orders(module: Any, z: Minibatch) -> Orders:
    """The arrays with features in the order of a flat image, in the layers beside each Reshape."""
    orders: Orders = {}
    shapes = _shapes(module, z)
    for sequential in [node for _, node in walk(module) if isinstance(node, nn.Sequential)]:
        for i, layer in enumerate(sequential):
            if not isinstance(layer, nn.Reshape) or id(layer) not in shapes:
                continue
            before, after = shapes[id(layer)], layer.shape
            if len(after) == 3:
                for other in _up_to_a_dense(reversed(sequential.layers[:i])):
                    orders |= {(id(other), name): (axis, _order(after)) for name, axis in _outputs(other)}
            elif len(before) == 3:
                *_, last = [None, *_up_to_a_dense(sequential.layers[i + 1 :])]
                if isinstance(last, nn.Dense):
                    orders[id(last), "weight"] = 0, _order(before)
    return orders


def _up_to_a_dense(layers: Any) -> Iterator[Any]:
    """The layers up to the first Dense, which is the last of them; none if there is another layer with weights."""
    found = []
    for layer in layers:
        found.append(layer)
        if isinstance(layer, nn.Dense):
            return iter(found)
        if _layout(layer) and not isinstance(layer, nn.BatchNorm):
            break
    return iter(())


def _outputs(layer: Any) -> list[tuple[str, int]]:
    """The arrays of a layer with its output features, and on which axis."""
    return [(name, 1 if name == "weight" else 0) for name in _layout(layer)]


def _order(shape: tuple[int, ...]) -> NDArray:
    """The numbers of a flat image (H, W, C) in the order (C, H, W)."""
    return np.arange(np.prod(shape)).reshape(shape).transpose(IMAGES).ravel()


def _shapes(module: Any, z: Minibatch) -> dict[int, tuple[int, ...]]:
    """The shape of what each Reshape is given, without the rows, by its id."""
    shapes: dict[int, tuple[int, ...]] = {}

    class Noting(nn.Layer):
        def __init__(self, reshape: nn.Reshape):
            self.reshape = reshape

        def __call__(self, x: Any) -> Any:
            shapes[id(self.reshape)] = x.shape[1:]
            return self.reshape(x)

    nn.map_nodes(module, lambda path, node: Noting(node) if isinstance(node, nn.Reshape) else node)(z)
    return shapes
