"""Boundary equilibrium of Berthelot et al. 2017: D gives reconstruction errors; a controller balances the players."""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.errors import SettingError
from tinygan.objectives.memory import number, remembered
from tinygan.objectives.objective import Loss
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class BoundaryEquilibrium(Loss):
    """D lowers the errors L of examples, and raises those of samples by as much as k says; sections 3.3 and 3.4.

    k is moved, by lambda_k at a time, to where the error of samples is gamma times that of examples.
    D: gives L, (m, 1), as `nn.Reconstruction(encoder, decoder, power=1)` does.

    gamma: in [0, 1], the diversity ratio: the lower, the more D is left to reconstruct examples well.
    k: a number in [0, 1], or a 0-d array, as soon as there was an iteration.
    convergence: the paper's global measure M = L(x) + |gamma L(x) - L(G(z))| of section 3.4.1, of the last iteration;
    None before there was one.
    """

    gamma: float = number(0.5, most=1)
    lambda_k: float = number(0.001)
    k: Any = remembered(0.0)
    convergence: Any = remembered(None)

    output: ClassVar[str] = "energy"

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.k, (int, float)) and not 0 <= self.k <= 1:
            raise SettingError(f"k is expected in [0, 1], got {self.k}")

    def d(self, real: Any, fake: Any) -> Any:
        """mean L(x) - k mean L(G(z))."""
        return F.mean(real) - F.mean(fake) * self.k

    def g(self, fake: Any, real: Any) -> Any:
        """mean L(G(z))."""
        return F.mean(fake)

    def remember(self, turn: Turn) -> Self:
        """With k + lambda_k (gamma L(x) - L(G(z))), clipped to [0, 1], for k."""
        turn = turn.frozen()
        real, fake = (raw(F.mean(self.read(given))) for given in (turn.d_real, turn.d_fake))
        balance = self.gamma * real - fake
        k = F.clip(self.k + self.lambda_k * balance, 0.0, 1.0)
        return dataclasses.replace(self, k=k, convergence=real + abs(balance))

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Also k, and the convergence as soon as there is one: what to watch, for no loss of either player is."""
        own = {"k": self.k} if self.convergence is None else {"k": self.k, "convergence": self.convergence}
        return {**super().measures(turn), **own}
