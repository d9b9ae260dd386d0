"""Boundary equilibrium of Berthelot et al. 2017: D gives reconstruction errors; a controller balances the players."""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.errors import SettingError
from tinygan.nn import frozen
from tinygan.objectives.objective import Objective, expect_at_least_0
from tinygan.objectives.scores import score, scores


@dataclass(frozen=True)
class BoundaryEquilibrium(Objective):
    """D lowers the errors L of examples, and raises those of samples by as much as k says; sections 3.3 and 3.4.

    k is moved, by lambda_k at a time, to where the error of samples is gamma times that of examples.
    D: gives L, (m, 1), as `nn.Reconstruction(encoder, decoder, power=1)` does.

    gamma: in [0, 1], the diversity ratio: the lower, the more D is left to reconstruct examples well.
    k: a number in [0, 1], or a 0-d array, as soon as there was an iteration.
    convergence: the paper's global measure M = L(x) + |gamma L(x) - L(G(z))| of section 3.4.1, of the last iteration;
    None before there was one.
    """

    gamma: float = 0.5
    lambda_k: float = 0.001
    k: Any = 0.0
    convergence: Any = None

    says: ClassVar[str] = "energy"
    remembers: ClassVar[tuple[str, ...]] = ("k", "convergence")

    def __post_init__(self) -> None:
        if not 0 <= self.gamma <= 1:
            raise SettingError(f"gamma is expected in [0, 1], got {self.gamma}")
        expect_at_least_0(self, "lambda_k")
        if isinstance(self.k, (int, float)) and not 0 <= self.k <= 1:
            raise SettingError(f"k is expected in [0, 1], got {self.k}")

    def d_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """mean L(x) - k mean L(G(z))."""
        real, fake = scores(D, x, G(z))
        return F.mean(real) - F.mean(fake) * self.k

    def g_loss(self, D: Any, G: Any, x: Any, z: Any) -> Any:
        """mean L(G(z))."""
        return F.mean(score(D, G(z)))

    def after(self, D: Any, G: Any, x: Any, z: Any) -> Self:
        """With k + lambda_k (gamma L(x) - L(G(z))), clipped to [0, 1], for k."""
        real, fake = (raw(F.mean(energy)) for energy in scores(frozen(D), x, frozen(G)(z)))
        balance = self.gamma * real - fake
        k = F.clip(self.k + self.lambda_k * balance, 0.0, 1.0)
        return dataclasses.replace(self, k=k, convergence=real + abs(balance))

    def measures(self) -> dict[str, Any]:
        """k, and the convergence as soon as there is one: what to watch, for no loss of either player is."""
        return {"k": self.k} if self.convergence is None else {"k": self.k, "convergence": self.convergence}
