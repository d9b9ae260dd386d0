"""EBGAN: D returns an energy E, which is low at the data; Zhao et al. 2017.

`nn.Reconstruction` makes such a D from an autoencoder, as in the paper.
"""

from dataclasses import dataclass
from typing import ClassVar

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.backend import namespace
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives.input_gradients import norms
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Loss, Term
from tinygan.objectives.scores import codes, total
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class EnergyBased(Loss):
    """D lowers the energy of examples and raises that of samples to at most `margin`; section 2.1, eq. (1) and (2)."""

    margin: float = number()

    output: ClassVar[str] = "energy"

    def d(self, real: Array, fake: Array) -> Array:
        """mean E(x) + mean max(0, margin - E(G(z)))."""
        return F.mean(real) + F.mean(F.relu(self.margin - fake))

    def g(self, fake: Array, real: Array) -> Array:
        """mean E(G(z))."""
        return F.mean(fake)


@dataclass(frozen=True)
class PullingAway(Term):
    """weight * the pulling-away term of the codes of samples, in G's loss; section 2.4.

    weight: 0.1 in the paper's experiments on MNIST.
    Raises SettingError unless D returns a code with each score, as `nn.Reconstruction` does.
    """

    weight: float = number(0.1)

    def g(self, turn: Turn) -> Array:
        """weight * pulling_away_term(the codes of G(z))."""
        samples = codes(turn.d_fake)
        if not samples:
            raise SettingError(
                "PullingAway needs a D that returns a code with its score, such as nn.Reconstruction, "
                f"not {type(turn.D).__name__}"
            )
        return self.weight * total(map(pulling_away_term, samples))


def pulling_away_term(S: Array) -> Array:
    """The mean squared cosine of pairs of different rows of S; section 2.4. It is small if codes are orthogonal.

    1 / (N (N - 1)) sum_i sum_{j != i} (S_i . S_j / (||S_i|| ||S_j||))**2

    S: (N, ...), a code in each row. A row of zeros counts as orthogonal to all others.
    Raises ShapeMismatch for fewer than 2 rows.

    >>> import numpy as np
    >>> round(float(pulling_away_term(np.array([[3.0, 4.0], [0.0, 1.0]]))), 4)  # cosine 0.8
    0.64
    """
    N = len(S)
    if N < 2:
        raise ShapeMismatch(f"pulling_away_term: expected at least 2 rows, got {N}")
    S = F.reshape(S, shape=(N, -1))
    length = F.reshape(norms(S), shape=(N, 1))
    directions = S / (length + (raw(length) == 0))
    cosines = F.matrix_product(directions, directions, transpose_y=True)
    different = 1 - namespace(raw(S)).eye(N, dtype=S.dtype)
    return F.sum(different * cosines * cosines) / (N * (N - 1))
