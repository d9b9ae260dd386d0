"""Layers for conditional networks: they give the label to a network, and to its output."""

from collections.abc import Callable, Iterator
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.backend import namespace
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.checks import expect_callable, expect_sizes
from tinygan.nn.layer import Layer
from tinygan.nn.minibatch import Labelled


class OneHot(Layer):
    """The one-hot code of labels: from integers (...) in 0..classes-1 to float32 (..., classes)."""

    per_example = True

    def __init__(self, classes: int):
        expect_sizes(self, classes)
        self.classes = classes

    def __call__(self, labels: Array) -> Array:
        xp = namespace(labels)
        return (labels[..., None] == xp.arange(self.classes)).astype(xp.float32)


class JoinLabels(Layer):
    """x concatenated with a code of y, for Labelled(x, y); Mirza and Osindero 2014, section 3.2.

    Points x (m, d) become (m, d + c). Images (m, H, W, C) become (m, H, W, C + c), with the code at every pixel.
    code: a layer from labels (m,) to (m, c), such as `OneHot` or `Embedding`. The p codes of the labels (m, p) of a
    pack are concatenated.
    Raises ShapeMismatch unless there is a label for each example.
    """

    per_example = True

    def __init__(self, code: Callable):
        expect_callable(self, code)
        self.code = code

    def __call__(self, labelled: Labelled) -> Array:
        x, y = _expect_labelled(self, labelled)
        if len(y) != len(x):
            raise ShapeMismatch(f"JoinLabels: expected a label for each of {len(x)} examples, got {y.shape}")
        code = F.reshape(self.code(y), shape=(len(x), *(1 for _ in x.shape[1:-1]), -1))
        if x.ndim > 2:
            code = F.broadcast_to(code, shape=(*x.shape[:-1], code.shape[-1]))
        return F.concatenate([x, code], axis=-1)


class KeepLabels(Layer):
    """Labelled(network(Labelled(z, y)), y) for Labelled(z, y): each sample together with its label."""

    per_example = True

    def __init__(self, network: Callable):
        expect_callable(self, network)
        self.network = network

    def __call__(self, labelled: Labelled) -> Labelled:
        _expect_labelled(self, labelled)
        return Labelled(self.network(labelled), labelled.y)

    def __iter__(self) -> Iterator[Callable]:
        return iter((self.network,))


class DropLabels(Layer):
    """x of Labelled(x, y): the first layer of a network that is to find the label itself."""

    per_example = True

    def __call__(self, labelled: Labelled) -> Array:
        return _expect_labelled(self, labelled).x


class PassLabels(Layer):
    """network(x, code(y)) for Labelled(x, y): the label is a condition of the network, and no part of its input.

    network: a layer that takes a condition, or a Sequential with such layers.   code: a layer from labels (m,) to the
    condition, such as `OneHot` for a `ConditionalBatchNorm`. Without it the labels themselves are the condition, as a
    `Projection` expects.
    """

    per_example = True

    def __init__(self, network: Callable, code: Callable | None = None):
        expect_callable(self, network, *([] if code is None else [code]))
        self.network, self.code = network, code

    def __call__(self, labelled: Labelled) -> Any:
        x, y = _expect_labelled(self, labelled)
        return self.network(x, y if self.code is None else self.code(y))


def _expect_labelled(layer: Layer, labelled: Any) -> Labelled:
    if not isinstance(labelled, Labelled):
        raise SettingError(f"{type(layer).__name__}: expected Labelled(x, y), got {type(labelled).__name__}")
    return labelled
