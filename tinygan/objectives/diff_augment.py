"""Differentiable augmentation: D gets only transformed images, examples and samples alike; Zhao et al. 2020."""

from dataclasses import dataclass
from typing import Any

from tinygan.autograd import Array
from tinygan.nn.minibatch import Minibatch, each, is_number
from tinygan.objectives.memory import generator
from tinygan.objectives.transformations import TRANSFORMATIONS, expect_images
from tinygan.objectives.turn import Turn
from tinygan.objectives.view import View


@dataclass(frozen=True)
class DiffAugment(View):
    """D's inputs are T(x) and T(G(z)), with random T for each image, in the losses of both players; section 3.

    With few examples, D learns them by heart. T makes more of them. Since samples are transformed too, G learns p_data
    and not T(p_data); the gradient in G's loss passes through T.
    color, translation, cutout: which transformations T consists of, in this order; see `transformations`.
    real_only: whether only examples are transformed, as for a classifier. Then G learns T(p_data).
    rng: a NumPy generator, which draws T for each loss. Each leaf with images has a T of its own; labels have none.
    Raises ShapeMismatch where D's input has floating-point leaves that are no images.

    >>> import numpy as np
    >>> view = DiffAugment(color=False, cutout=False, rng=np.random.default_rng(0))
    >>> view.real(np.ones((2, 8, 8, 1)), None).sum(axis=(1, 2, 3))  # moved by one pixel at most
    array([56., 56.])
    """

    color: bool = True
    translation: bool = True
    cutout: bool = True
    real_only: bool = False
    rng: Any = generator()

    def real(self, x: Minibatch, turn: Turn) -> Minibatch:
        """T(x)."""
        chosen = [each for name, each in TRANSFORMATIONS.items() if getattr(self, name)]

        def transformed(x: Array) -> Array:
            if not is_number(x):
                return x
            expect_images("DiffAugment", x)
            for transformation in chosen:
                x = transformation(x, self.rng)
            return x

        return each(transformed, x)

    def fake(self, x: Minibatch, turn: Turn) -> Minibatch:
        """T(G(z)), or G(z) if only examples are transformed."""
        return x if self.real_only else self.real(x, turn)
