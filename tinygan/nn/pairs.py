"""Layers that read and make a `Pair` of images, for translation of images of domain a to images of domain b.

pix2pix has examples of both at once: Pair(a, b) is an image and its translation. G keeps a and makes b, and D judges
whether b is a translation of a:

    G = KeepInput(U)                    Pair(a, b) -> Pair(a, U(a))
    D = Sequential(JoinPair(), D')      Pair(a, b) -> scores of a and b, joined along channels

CycleGAN has examples of each domain that do not belong together. G translates both ways, so that G(G(x)) is the cycle,
and each domain has a discriminator of its own:

    G = TwoWay(to_a, to_b)              Pair(a, b) -> Pair(to_a(b), to_b(a))
    D = EachDomain(D_a, D_b)            Pair(a, b) -> Pair(D_a(a), D_b(b)), two scores, each with its own loss

Without a judge for domain a there is one translation and its D:

    D = Sequential(TakeB(), D_b)        Pair(a, b) -> D_b(b)
"""

from collections.abc import Callable
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.checks import expect_callable
from tinygan.nn.layer import Layer
from tinygan.nn.minibatch import Pair


class JoinPair(Layer):
    """Both images of Pair(a, b) as one, joined along channels: (m, H, W, C_a + C_b); Isola et al. 2017, section 3.1.

    Points (m, d) are joined along their numbers.
    Raises ShapeMismatch if a and b differ in another axis than the last.
    """

    per_example = True

    def __call__(self, pair: Pair) -> Array:
        a, b = _expect_pair(self, pair)
        if a.shape[:-1] != b.shape[:-1]:
            raise ShapeMismatch(f"JoinPair: expected images a and b of one size, got {a.shape} and {b.shape}")
        return F.concatenate([a, b], axis=-1)


class TakeB(Layer):
    """The example b of Pair(a, b), alone."""

    per_example = True

    def __call__(self, pair: Pair) -> Array:
        return _expect_pair(self, pair).b


class KeepInput(Layer):
    """Pair(a, network(a)) for Pair(a, b): each image a together with its translation. The network does not get b."""

    per_example = True

    def __init__(self, network: Callable):
        expect_callable(self, network)
        self.network = network

    def __call__(self, pair: Pair) -> Pair:
        a, _ = _expect_pair(self, pair)
        return Pair(a, self.network(a))

    def branches(self, pair: Any) -> list[tuple[Any, Any]]:
        return [(self.network, _half(pair, "a"))]


class TwoWay(Layer):
    """Pair(to_a(b), to_b(a)) for Pair(a, b): each image translated to the other domain; Zhu et al. 2017, section 3.

    The translation of b is the part a of the result, since it is an image of domain a. So a pair that is translated
    twice, Pair(to_a(to_b(a)), to_b(to_a(b))), has come back: it is the cycle, to be compared with Pair(a, b).
    """

    per_example = True

    def __init__(self, to_a: Callable, to_b: Callable):
        expect_callable(self, to_a, to_b)
        self.to_a, self.to_b = to_a, to_b

    def __call__(self, pair: Pair) -> Pair:
        a, b = _expect_pair(self, pair)
        return Pair(self.to_a(b), self.to_b(a))

    def branches(self, pair: Any) -> list[tuple[Any, Any]]:
        return [(self.to_a, _half(pair, "b")), (self.to_b, _half(pair, "a"))]

    def networks(self, pair: Pair) -> dict[str, tuple[Any, Any]]:
        return {"b to a": (self.to_a, pair.b), "a to b": (self.to_b, pair.a)}


class EachDomain(Layer):
    """Pair(of_a(a), of_b(b)) for Pair(a, b): a network for each domain, such as a discriminator, or the same for both.

    `EachDomain(to_a, to_b)` is the identity mapping of CycleGAN, an image of domain a given to the G that makes such.
    """

    per_example = True

    def __init__(self, of_a: Callable, of_b: Callable):
        expect_callable(self, of_a, of_b)
        self.of_a, self.of_b = of_a, of_b

    def __call__(self, pair: Pair) -> Pair:
        a, b = _expect_pair(self, pair)
        return Pair(self.of_a(a), self.of_b(b))

    def branches(self, pair: Any) -> list[tuple[Any, Any]]:
        return [(self.of_a, _half(pair, "a")), (self.of_b, _half(pair, "b"))]

    def networks(self, pair: Pair) -> dict[str, tuple[Any, Any]]:
        return {"a": (self.of_a, pair.a), "b": (self.of_b, pair.b)}


def _half(pair: Any, name: str) -> Any:
    """One part of a pair; None if there is no example."""
    return None if pair is None else getattr(pair, name)


def _expect_pair(layer: Layer, pair: Any) -> Pair:
    if not isinstance(pair, Pair):
        raise SettingError(f"{type(layer).__name__}: expected Pair(a, b), got {type(pair).__name__}")
    return pair
