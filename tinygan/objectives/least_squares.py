"""LSGAN: least squares between D's outputs and target values; Mao et al. 2017."""

from dataclasses import dataclass
from math import inf

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Loss


@dataclass(frozen=True)
class LeastSquares(Loss):
    """D's targets are b for examples and a for samples, G's target for samples is c; eq. (2).

    The defaults (0, 1, 1) give eq. (9). With b - c = 1 and b - a = 2, such as (-1, 1, 0) of eq. (8), and the optimal D,
    G descends the Pearson chi-squared divergence between p_data + p_g and 2 p_g (section 3.2).
    """

    a: float = number(0.0, least=-inf)
    b: float = number(1.0, least=-inf)
    c: float = number(1.0, least=-inf)

    def d(self, real: Array, fake: Array) -> Array:
        """mean (D(x) - b)**2 / 2 + mean (D(G(z)) - a)**2 / 2."""
        return F.mean((real - self.b) ** 2) / 2 + F.mean((fake - self.a) ** 2) / 2

    def g(self, fake: Array, real: Array) -> Array:
        """mean (D(G(z)) - c)**2 / 2."""
        return F.mean((fake - self.c) ** 2) / 2
