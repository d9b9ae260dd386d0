"""The zero-sum form of a loss: G maximizes the loss that D minimizes."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan.autograd import Array
from tinygan.errors import SettingError
from tinygan.objectives.objective import Loss
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class ZeroSum(Loss):
    """D minimizes `loss.d`, and G minimizes -`loss.d`.

        ZeroSum(Minimax())   D: -E[log D(x)] - E[log(1 - D(G(z)))]
                             G:  E[log D(x)] + E[log(1 - D(G(z)))]
        Minimax()            G:                E[log(1 - D(G(z)))]

    For a fixed D the two losses of G have the same gradient. In an unrolled game D depends on G, so E[log D(x)] has a
    gradient in G, too. Metz et al. 2017 unroll the zero-sum form (section 2.2).
    Raises SettingError unless loss is a Loss.
    """

    loss: Loss

    g_sees_real: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.loss, Loss):
            raise SettingError(f"ZeroSum: expected a loss such as Minimax(), got {self.loss!r}")

    def d(self, real: Array, fake: Array) -> Array:
        """loss.d."""
        return self.loss.d(real, fake)

    def g(self, fake: Array, real: Array) -> Array:
        """-loss.d."""
        return -self.loss.d(real, fake)

    def remember(self, turn: Turn) -> "ZeroSum":
        return ZeroSum(self.loss.remember(turn))

    def at_equilibrium(self) -> dict[str, float]:
        """Those of `loss`, with -D's loss as G's."""
        found = self.loss.at_equilibrium()
        return {**found, "G": -found["D"]} if found else {}

    @property
    def output(self) -> str:  # type: ignore[override]
        return self.loss.output

    def reading(self, score: Array) -> Array:
        return self.loss.reading(score)

    def measures(self, turn: Turn) -> dict[str, Any]:
        return self.loss.measures(turn)
