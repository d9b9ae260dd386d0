"""The energy-based GAN of Zhao et al. 2017: D gives energies E, low where the data are.

`nn.Reconstruction` makes such a D of an autoencoder, as the paper does.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives.objective import Objective, expect_at_least_0
from tinygan.objectives.scores import score, scores
from tinygan.objectives.slopes import norms


@dataclass(frozen=True)
class EnergyBased(Objective):
    """D lowers the energy of examples and raises that of samples up to the margin; section 2.1, eq. (1) and (2).

    pulling_away: how much of `pulling_away_term`, of the codes of G(z), is added to G's loss; D must then have
    `encode`. The paper's number for MNIST is 0.1.
    """

    margin: float
    pulling_away: float = 0.0

    says: ClassVar[str] = "energy"

    def __post_init__(self) -> None:
        expect_at_least_0(self, "margin", "pulling_away")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """mean E(x) + mean max(0, margin - E(G(z)))."""
        real, fake = scores(D, x, G(z))
        return F.mean(real) + F.mean(F.relu(self.margin - fake))

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """mean E(G(z)), and the pulling-away term of its codes."""
        fake = G(z)
        loss = F.mean(score(D, fake))
        if not self.pulling_away:
            return loss
        if not hasattr(D, "encode"):
            raise SettingError(
                f"EnergyBased: pulling_away needs a D with encode(x), such as nn.Reconstruction, not {type(D).__name__}"
            )
        return loss + self.pulling_away * pulling_away_term(D.encode(fake))


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
