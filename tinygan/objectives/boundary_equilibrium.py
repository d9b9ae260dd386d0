"""BEGAN: D returns reconstruction errors, and a controller balances the players; Berthelot et al. 2017."""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.errors import SettingError
from tinygan.objectives.memory import number, remembered
from tinygan.objectives.objective import Loss
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class BoundaryEquilibrium(Loss):
    """D lowers the error L of examples, and raises that of samples with weight k; sections 3.3 and 3.4.

    k is controlled, with gain lambda_k, so that the error of samples becomes gamma times that of examples.
    D: returns L, (m, 1), as `nn.Reconstruction(encoder, decoder, power=1)` does.

    gamma: the diversity ratio in [0, 1]. A lower one gives D's reconstruction of examples more weight.
    k: a number in [0, 1]; a 0-d array after the first iteration.
    convergence: the global measure M = L(x) + |gamma L(x) - L(G(z))| of section 3.4.1 for the last iteration; None
    before the first.
    """

    gamma: float = number(0.5, most=1)
    lambda_k: float = number(0.001)
    k: Any = remembered(0.0)
    convergence: Any = remembered(None)

    output: ClassVar[str] = "energy"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not hasattr(self.k, "shape") and not (isinstance(self.k, (int, float)) and 0 <= self.k <= 1):
            raise SettingError(f"k is expected in [0, 1], got {self.k!r}")

    def d(self, real: Array, fake: Array) -> Array:
        """mean L(x) - k mean L(G(z))."""
        return F.mean(real) - F.mean(fake) * self.k

    def g(self, fake: Array, real: Array) -> Array:
        """mean L(G(z))."""
        return F.mean(fake)

    def remember(self, turn: Turn) -> Self:
        """The loss with k = k + lambda_k (gamma L(x) - L(G(z))), clipped to [0, 1]."""
        turn = turn.frozen()
        real, fake = (raw(self.mean(output)) for output in (turn.d_real, turn.d_fake))
        balance = self.gamma * real - fake
        k = F.clip(self.k + self.lambda_k * balance, 0.0, 1.0)
        return dataclasses.replace(self, k=k, convergence=real + abs(balance))

    def measures(self, turn: Turn) -> dict[str, Any]:
        """d_real, d_fake, k, and the convergence measure from the first iteration on."""
        own = {"k": self.k} if self.convergence is None else {"k": self.k, "convergence": self.convergence}
        return {**super().measures(turn), **own}
