"""Self-attention between the pixels of a feature map."""

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, Tensor
from tinygan.nn.checks import expect_sizes
from tinygan.nn.convolution import Conv2d
from tinygan.nn.layer import Layer


class SelfAttention(Layer):
    """x + gamma * o, where x and o are (N, H, W, channels); Zhang et al. 2019, section 3.

    o_j = v(sum over i of beta_ji h(x_i)), with beta_j = softmax over i of f(x_i)^T g(x_j), for pixels i and j of one
    image. f and g are 1 x 1 convolutions to channels / 8, h to channels / 2, v to `channels`. gamma is learned. It
    starts at 0, so the layer starts as the identity.
    """

    per_example = True

    def __init__(self, channels: int, rng: np.random.Generator):
        expect_sizes(self, channels)
        narrow, middle = max(channels // 8, 1), max(channels // 2, 1)
        self.f = Conv2d(channels, narrow, 1, rng, bias=False)
        self.g = Conv2d(channels, narrow, 1, rng, bias=False)
        self.h = Conv2d(channels, middle, 1, rng, bias=False)
        self.v = Conv2d(middle, channels, 1, rng, bias=False)
        self.gamma = Tensor(np.zeros((), np.float32))

    def __call__(self, x: Array) -> Array:
        N, H, W, _ = x.shape
        f, g, h = (F.reshape(layer(x), shape=(N, H * W, -1)) for layer in (self.f, self.g, self.h))
        beta = F.softmax(F.matrix_product(g, f, transpose_y=True))  # (N, HW, HW): the attention of pixel j to pixel i
        o = self.v(F.reshape(F.matrix_product(beta, h), shape=(N, H, W, -1)))
        return x + self.gamma * o
