"""Grey images as random black and white ones, drawn anew for each loss."""

from dataclasses import dataclass
from typing import Any

from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.nn.minibatch import Minibatch, each, is_number
from tinygan.objectives.memory import generator
from tinygan.objectives.turn import Turn
from tinygan.objectives.view import View


@dataclass(frozen=True)
class Binarized(View):
    """Each pixel x in [-1, 1] becomes 1 with probability (x + 1) / 2, else -1; as in Burda et al. 2016, section 5.1.

    So a Bernoulli likelihood is that of data. Samples, whose gradient it would end, stay as they are.
    rng: a NumPy generator.

    >>> import numpy as np
    >>> Binarized(np.random.default_rng(0)).real(np.array([-1.0, -1.0, 1.0]), None)
    array([-1., -1.,  1.])
    """

    rng: Any = generator()

    def real(self, x: Minibatch, turn: Turn) -> Minibatch:
        """Black and white images."""
        return each(lambda leaf: binarized(leaf, self.rng) if is_number(leaf) else leaf, x)


def binarized(x: Array, rng: Any) -> Array:
    """-1 or 1 for each number of x in [-1, 1], with the mean x."""
    x = raw(x)
    u = namespace(x).asarray(rng.random(x.shape, dtype="float32"), dtype=x.dtype)
    return 2 * (u < 0.5 * (x + 1)).astype(x.dtype) - 1
