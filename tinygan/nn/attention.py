"""Self-attention between the pixels of a feature map."""

from collections.abc import Callable

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, Tensor
from tinygan.nn.checks import expect_sizes
from tinygan.nn.convolution import Conv2d
from tinygan.nn.initialize import Initializer
from tinygan.nn.layer import Layer


class SelfAttention(Layer):
    """x + gamma * o, where x and o are (N, H, W, channels); Zhang et al. 2019, section 3.

    o_j = v(sum over i of beta_ji h(x_i)), with beta_j = softmax over i of f(x_i)^T g(x_j), for pixels i and j of one
    image. f and g are 1 x 1 convolutions to channels / 8, h to channels / 2, v to `channels`. gamma is learned. It
    starts at 0, so the layer starts as the identity.

    pool: f and h are max-pooled with windows of this side, so that pixels attend to fewer pixels; 2 in the code of
    Brock et al. 2019.   initialize: of the convolutions.   wrap: a function of each, such as nn.SpectralNorm.
    """

    per_example = True

    def __init__(
        self,
        channels: int,
        rng: np.random.Generator,
        *,
        pool: int = 1,
        initialize: Initializer | None = None,
        wrap: Callable = lambda layer: layer,
    ):
        expect_sizes(self, channels, pool)
        narrow, middle = max(channels // 8, 1), max(channels // 2, 1)
        sizes = ((channels, narrow), (channels, narrow), (channels, middle), (middle, channels))
        self.f, self.g, self.h, self.v = (
            wrap(Conv2d(inputs, outputs, 1, rng, bias=False, initialize=initialize)) for inputs, outputs in sizes
        )
        self.gamma = Tensor(np.zeros((), np.float32))
        self.pool = pool

    def __call__(self, x: Array) -> Array:
        N, H, W, _ = x.shape
        f, h = self.f(x), self.h(x)
        if self.pool > 1:
            f, h = F.max_pool2d(f, self.pool), F.max_pool2d(h, self.pool)
        f, g, h = (F.reshape(each, shape=(N, -1, each.shape[-1])) for each in (f, self.g(x), h))
        beta = F.softmax(F.matrix_product(g, f, transpose_y=True))  # (N, pixels j, pixels i): the attention of j to i
        o = self.v(F.reshape(F.matrix_product(beta, h), shape=(N, H, W, -1)))
        return x + self.gamma * o
