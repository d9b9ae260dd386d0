"""Labels beside what a network computes with: how a condition enters a network, and how it leaves with the samples."""

from collections.abc import Callable, Iterator
from typing import Any

from tinygan import functional as F
from tinygan.backend import namespace
from tinygan.errors import SettingError
from tinygan.nn.layer import Layer, expect_callable, expect_sizes
from tinygan.nn.minibatch import Labelled


class OneHot(Layer):
    """Labels (...) as rows of zeros with a 1 at the label: (..., classes), float32. Labels are in 0..classes-1."""

    per_example = True

    def __init__(self, classes: int):
        expect_sizes(self, classes)
        self.classes = classes

    def __call__(self, labels: Any) -> Any:
        xp = namespace(labels)
        return (labels[..., None] == xp.arange(self.classes)).astype(xp.float32)


class JoinLabels(Layer):
    """Labelled(x, y) as one array: x with the code of y behind its features; Mirza and Osindero 2014, section 3.2.

    x (m, d) gives (m, d + c). Images (m, H, W, C) give (m, H, W, C + c), the code at every pixel.
    code: labels (m,) to (m, c), such as `OneHot` or `Embedding`. Of packs, (m, p), the p codes stand one behind the
    other.
    """

    per_example = True

    def __init__(self, code: Callable):
        expect_callable(self, code)
        self.code = code

    def __call__(self, labelled: Labelled) -> Any:
        x, y = _expect_labelled(self, labelled)
        code = F.reshape(self.code(y), shape=(len(x), *(1 for _ in x.shape[1:-1]), -1))
        if x.ndim > 2:
            code = F.broadcast_to(code, shape=(*x.shape[:-1], code.shape[-1]))
        return F.concatenate([x, code], axis=-1)


class KeepLabels(Layer):
    """Labelled(z, y) to Labelled(network(Labelled(z, y)), y): each sample keeps the label that it was made for."""

    per_example = True

    def __init__(self, network: Callable):
        expect_callable(self, network)
        self.network = network

    def __call__(self, labelled: Labelled) -> Labelled:
        _expect_labelled(self, labelled)
        return Labelled(self.network(labelled), labelled.y)

    def __iter__(self) -> Iterator[Callable]:
        return iter((self.network,))


def _expect_labelled(layer: Layer, labelled: Any) -> Labelled:
    if not isinstance(labelled, Labelled):
        raise SettingError(f"{type(layer).__name__}: expected Labelled(x, y), got {type(labelled).__name__}")
    return labelled
