"""The maxout layer: the maximum of several affine maps."""

import numpy as np

from tinygan import functional as F
from tinygan.autograd import Array, Tensor
from tinygan.errors import ShapeMismatch
from tinygan.nn.checks import expect_sizes
from tinygan.nn.initialize import Initializer, glorot
from tinygan.nn.layer import Layer, drawn


class Maxout(Layer):
    """The elementwise maximum of `pieces` affine maps, from (m, inputs) to (m, outputs); Goodfellow et al. 2013.

    weight: (inputs, pieces * outputs), the matrices of the pieces side by side, so that all need one matrix product.
    """

    per_example = True

    def __init__(
        self,
        inputs: int,
        outputs: int,
        pieces: int,
        rng: np.random.Generator,
        *,
        initialize: Initializer | None = None,
    ):
        def side_by_side(_: tuple[int, ...], rng: np.random.Generator) -> Array:
            return np.hstack([(initialize or glorot())((inputs, outputs), rng) for _ in range(pieces)])

        expect_sizes(self, outputs, pieces)
        self.weight = drawn(self, side_by_side, (inputs, pieces * outputs), rng)
        self.bias = Tensor(np.zeros(pieces * outputs, np.float32))
        self.pieces = pieces

    def __call__(self, x: Array) -> Array:
        if x.shape[-1] != self.weight.shape[0]:
            raise ShapeMismatch(
                f"Maxout: x has {x.shape[-1]} features, {x.shape}, but weight expects {self.weight.shape[0]}"
            )
        pieces = F.reshape(F.affine(x, self.weight, self.bias), shape=(len(x), self.pieces, -1))
        return F.max(pieces, axis=1)
