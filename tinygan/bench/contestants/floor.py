"""The floor: the matrix products of one of our own iterations, one after another, on memory allocated before.

The difference from the iteration is everything that is no matrix product, and the allocation of new memory. The floor
has no losses.
"""

from typing import Any

import numpy as np

from tinygan.autograd.arithmetic import product
from tinygan.backend import backend as find_backend
from tinygan.bench.contestants import Contestant
from tinygan.bench.contestants.ours import ours
from tinygan.errors import BenchError
from tinygan.profile import recorded


def floor(name: str, settings: dict[str, Any], backend: str) -> Contestant:
    """The products of our iteration of the workload called `name`, with operands of the same shapes and strides."""
    device = find_backend(backend)
    iterate, settle = ours(name, settings, backend)
    with recorded() as profile:
        iterate()
    if not profile.products:
        raise BenchError(f"an iteration of {name} calls matrix_product nowhere: there is no floor")
    xp, rng = device.module, np.random.default_rng(0)

    def noise(n: int) -> Any:
        return rng.standard_normal(n, dtype=np.float32)  # the cost of a product can depend on its numbers

    operands = [tuple(layout.made(noise, xp) for layout in made) for made, _ in profile.products]

    def again() -> tuple[()]:
        for x, y, out in operands:
            product(xp, x, y, into=out)
        return ()

    return Contestant(again, settle)
