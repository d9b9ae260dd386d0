"""The last layer of a projection discriminator: the label enters D as an inner product with its features."""

from collections.abc import Callable

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.nn.dense import Dense
from tinygan.nn.embedding import Embedding
from tinygan.nn.initialize import Initializer, glorot
from tinygan.nn.layer import Layer


class Projection(Layer):
    """linear(h) + <embed(y), h>, from features h (m, features) and labels y (m,) to scores (m, 1).

    Miyato and Koyama 2018, section 3: f(x, y) = y^T V phi(x) + psi(phi(x)), with phi(x) = h, a dense layer for psi, and
    a row of V for each class. V y is the weight that a softmax of class y would have, so a difference of logits, the
    log-ratio of p(y|x) of the two distributions, has this form.

    It is called as layer(h, y); a Sequential passes y as its condition.   initialize: of both weights; Glorot's by
    default.   wrap: a function of both parts, such as nn.SpectralNorm.
    """

    per_example = True
    conditional = True

    def __init__(
        self,
        classes: int,
        features: int,
        rng: np.random.Generator,
        *,
        initialize: Initializer | None = None,
        wrap: Callable = lambda layer: layer,
    ):
        initialize = initialize or glorot()
        self.linear = wrap(Dense(features, 1, rng, initialize=initialize))
        self.embed = wrap(Embedding(classes, features, rng, initialize=initialize))

    def __call__(self, h: Array, y: Array = None) -> Array:
        if y is None:
            raise SettingError("Projection: it is called with labels, as layer(h, y)")
        return self.linear(h) + F.sum(self.embed(y) * h, axis=-1, keepdims=True)
