"""The floor: the matrix products of one of our own iterations, back to back on memory that is there already.

What stands above it is all that is not a matrix product, and the memory that products fetch afresh. It has no losses.
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
    """The products that our iteration of the workload called `name` makes, with operands that lie as they lay there."""
    device = find_backend(backend)
    iterate, settle = ours(name, settings, backend)
    with recorded() as profile:
        iterate()
    if not profile.products:
        raise BenchError(f"an iteration of {name} makes no product by way of matrix_product: there is no floor")
    xp, rng = device.module, np.random.default_rng(0)

    def noise(n: int) -> Any:
        return rng.standard_normal(n, dtype=np.float32)  # what a product costs can depend on its numbers

    operands = [tuple(layout.made(noise, xp) for layout in made) for made, _ in profile.products]

    def again() -> tuple[()]:
        for x, y, out in operands:
            product(xp, x, y, into=out)
        return ()

    return Contestant(again, settle)
