"""A small smooth game of two domains: points in the plane, translated both ways, and a judge for each domain."""

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.nn import Pair


def game(rng):
    """G, that makes Pair(F(b), G(a)) of Pair(a, b), and D with a score for each domain."""
    to_a, to_b = (nn.Sequential(nn.Dense(2, 2, rng), F.tanh, nn.Dense(2, 2, rng)) for _ in range(2))
    of_a, of_b = (nn.Sequential(nn.Dense(2, 2, rng), F.tanh, nn.Dense(2, 1, rng)) for _ in range(2))
    return nn.TwoWay(to_a, to_b), nn.EachDomain(of_a, of_b)


def examples(rows):
    """Pair(a, b) of rows (m, 3)."""
    return Pair(rows[:, :2], rows[:, 1:])


def given(rows):
    """Pair(a, b) of rows (m, 2)."""
    return Pair(rows, np.cos(3 * rows))
