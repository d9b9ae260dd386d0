"""The networks of BigGAN, small, for images whose sides are multiples of 4: two residual blocks to the full size."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.networks.dcgan import quarters
from tinygan.networks.layers import Layer, identity
from tinygan.networks.residual import down_block, up_block
from tinygan.nn.initialize import Initializer

BLOCKS = 2  # of G, each of which doubles the sides


class Chunked(nn.Layer):
    """A network with a part of the noise for each of its blocks; Brock et al. 2019, section 3 and figure 15 (a).

    For Labelled(z, y): z is split into chunks of `sizes`. The first one enters `first`. Each block has a condition,
    code(y) with its own chunk.   code: a layer from labels (m,) to (m, c).   sizes: with 0 for a block without chunk.
    """

    def __init__(
        self, code: Callable, first: Callable, blocks: Sequence[Callable], last: Callable, sizes: Sequence[int]
    ):
        self.code, self.first, self.blocks, self.last, self.sizes = code, first, blocks, last, sizes

    def __call__(self, labelled: nn.Labelled) -> Array:
        z, y = labelled
        code, start = self.code(y), self.sizes[0]
        h = self.first(z[:, :start])
        for block, size in zip(self.blocks, self.sizes[1:], strict=True):
            chunk = z[:, start : start + size]
            h = block(h, F.concatenate([code, chunk], axis=1) if size else code)
            start += size
        return self.last(h)


def generator(
    latent: int,
    classes: int,
    shape: tuple[int, ...],
    rng: np.random.Generator,
    *,
    width: int,
    embedding: int,
    conditional: bool = True,
    chunks: bool = True,
    shared: bool = True,
    attention: bool = True,
    initialize: Initializer | None = None,
    wrap: Callable[[Layer], Layer] = identity,
) -> nn.KeepLabels:
    """G, from Labelled(z, y) to labelled images of `shape`: a dense layer, two blocks, and a convolution to the image.

    width: channels at the full size; twice and four times as many before.   embedding: numbers in the shared code of a
    class.   conditional: batch norms get the class, and else the first layer does.   chunks: each block gets a part of
    the noise; else the first layer gets it all.   shared: the batch norms share one code of the class, with a linear
    map for each; else each learns a vector for each class.   attention: self-attention at half the size.
    wrap: a function of each layer with weights, such as nn.SpectralNorm; the shared code has none (as in the authors'
    code, where it is said to cripple G).
    Raises SettingError if the noise has too few numbers for its chunks.
    """
    quarters(shape)
    made: dict[str, Any] = {"initialize": initialize, "wrap": wrap}
    code: Any = nn.Embedding(classes, embedding, rng) if shared else nn.OneHot(classes)
    codes = embedding if shared else classes
    if not conditional:
        parts = _layers(latent + codes, shape, rng, nn.BatchNorm, width, attention, made)
        return nn.KeepLabels(nn.Sequential(nn.JoinLabels(code), *parts))
    part = latent // (BLOCKS + 1) if chunks else 0
    if chunks and not part:
        raise SettingError(f"latent is expected to be at least {BLOCKS + 1}, a number for each chunk, got {latent}")
    sizes = (latent - BLOCKS * part, *BLOCKS * (part,))
    normalize = partial(nn.ConditionalBatchNorm, inputs=codes + part, rng=rng, **made)
    first, *blocks, last = _layers(sizes[0], shape, rng, normalize, width, attention, made)
    return nn.KeepLabels(Chunked(code, first, blocks, last, sizes))


def _layers(
    inputs: int,
    shape: tuple[int, ...],
    rng: np.random.Generator,
    normalize: Callable[[int], Any],
    width: int,
    attention: bool,
    made: dict[str, Any],
) -> list[nn.Sequential]:
    """The parts of G from (m, inputs): the dense layer, each block, and the last convolution."""
    height, breadth, channels = quarters(shape)
    wrap, init = made["wrap"], {"initialize": made["initialize"]}
    units = height * breadth * 4 * width
    first = nn.Sequential(wrap(nn.Dense(inputs, units, rng, **init)), nn.Reshape(height, breadth, 4 * width))
    focus = [nn.SelfAttention(2 * width, rng, pool=2, **made)] if attention else []
    image = wrap(nn.Conv2d(width, channels, 3, rng, padding=1, **init))
    return [
        first,
        nn.Sequential(up_block(4 * width, 2 * width, rng, normalize=normalize, **made), *focus),
        nn.Sequential(up_block(2 * width, width, rng, normalize=normalize, **made)),
        nn.Sequential(nn.BatchNorm(width), F.relu, image, F.tanh),
    ]


def discriminator(
    classes: int,
    shape: tuple[int, ...],
    rng: np.random.Generator,
    *,
    width: int,
    projection: bool = True,
    attention: bool = True,
    initialize: Initializer | None = None,
    wrap: Callable[[Layer], Layer] = identity,
) -> Any:
    """D, from labelled images of `shape` to scores (m, 1): three blocks, two of which halve the sides, and a sum.

    projection: the class enters the last layer, as in Miyato and Koyama 2018; else it is a plane for each class.
    width, attention, wrap: as in `generator`.
    """
    *_, channels = quarters(shape)
    init: dict[str, Any] = {"initialize": initialize, "wrap": wrap}
    seen = channels if projection else channels + classes
    body: list[Any] = [
        down_block(seen, width, rng, first=True, **init),
        *([nn.SelfAttention(width, rng, pool=2, **init)] if attention else []),
        down_block(width, 2 * width, rng, **init),
        down_block(2 * width, 4 * width, rng, halve=False, **init),
        F.relu,
        nn.SumPool(),
    ]
    if projection:
        return nn.PassLabels(nn.Sequential(*body, nn.Projection(classes, 4 * width, rng, **init)))
    last = wrap(nn.Dense(4 * width, 1, rng, initialize=initialize))
    return nn.Sequential(nn.JoinLabels(nn.OneHot(classes)), *body, last)
