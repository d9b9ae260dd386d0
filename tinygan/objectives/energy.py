"""The energy-based GAN of Zhao et al. 2017: D gives energies E, low where the data are.

`nn.Reconstruction` makes such a D of an autoencoder, as the paper does.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives.input_gradients import norms
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Loss, Term
from tinygan.objectives.scores import codes, total
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class EnergyBased(Loss):
    """D lowers the energy of examples and raises that of samples up to the margin; section 2.1, eq. (1) and (2)."""

    margin: float = number()

    output: ClassVar[str] = "energy"

    def d(self, real: Any, fake: Any) -> Any:
        """mean E(x) + mean max(0, margin - E(G(z)))."""
        return F.mean(real) + F.mean(F.relu(self.margin - fake))

    def g(self, fake: Any, real: Any) -> Any:
        """mean E(G(z))."""
        return F.mean(fake)


@dataclass(frozen=True)
class PullingAway(Term):
    """G pays weight * the pulling-away term of the codes of its samples; section 2.4.

    D must give a code beside each score, as `nn.Reconstruction` does.
    weight: 0.1 in the paper's experiments on MNIST.
    """

    weight: float = number(0.1)

    def g(self, turn: Turn) -> Any:
        """weight * pulling_away_term(the codes of G(z))."""
        found = codes(turn.d_fake)
        if not found:
            raise SettingError(
                "PullingAway needs a D that gives a code beside its score, such as nn.Reconstruction, "
                f"not {type(turn.D).__name__}"
            )
        return self.weight * total(map(pulling_away_term, found))


def pulling_away_term(S: Any) -> Any:
    """The mean, over pairs of different rows of S, of the square of their cosine; section 2.4.

    1 / (N (N - 1)) sum_i sum_{j != i} (S_i . S_j / (||S_i|| ||S_j||))**2. Codes that point everywhere make it small.

    S: (N, ...), a code in each row.   A row of zeros, which has no direction, counts as orthogonal to all.
    Raises ShapeMismatch for fewer than 2 rows, which have no pair.

    >>> import numpy as np
    >>> round(float(pulling_away_term(np.array([[3.0, 4.0], [0.0, 1.0]]))), 4)  # cosine 0.8
    0.64
    """
    N = len(S)
    if N < 2:
        raise ShapeMismatch(f"pulling_away_term: {N} rows make no pair; pass at least 2")
    S = F.reshape(S, shape=(N, -1))
    length = F.reshape(norms(S), shape=(N, 1))
    directions = S / (length + (raw(length) == 0))
    cosines = F.matrix_product(directions, directions, transpose_y=True)
    others = 1 - namespace(raw(S)).eye(N, dtype=S.dtype)
    return F.sum(others * cosines * cosines) / (N * (N - 1))
