"""What a paper says of one objective, in a form that test_conformance.py can hold the objective to.

Each test_<paper>.py beside this file lists its own: `LAWS = [Law(...), ...]`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tinygan.objectives import Game


@dataclass(frozen=True)
class Law:
    """What a paper says of one objective."""

    name: str
    make: Callable[[], Game]  # fresh, with a seeded rng where it has one
    d: Callable | None = None  # (real, fake) -> D's loss by the paper's formula, float64 NumPy, from D's outputs (m, 1)
    g: Callable | None = None  # (real, fake) -> G's loss likewise; None where outputs alone do not decide it
    signs: tuple[int, int, int] = (-1, 1, -1)  # of dL_D/d real output, dL_D/d fake output, dL_G/d fake output
    game: Callable | None = None  # rng -> (G, D), small smooth networks that fit; None: perceptrons with tanh
    huge: bool = True  # finite, with finite gradients, at logits of +-1e4
    x: Callable = lambda rows: rows  # the examples, of normal numbers (m, 3)
    noise: Callable = lambda rows: rows  # the noise, of normal numbers (m, 2)

    # A sign of 0 claims nothing. Where one is claimed, zeros are allowed (hinge), the wrong sign is not, and not all
    # may be zero.
