"""A game of one value function, as theory has it: what one player gains the other loses."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinygan.errors import SettingError
from tinygan.objectives.objective import Loss
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class ZeroSum(Loss):
    """D minimizes the d of `loss`, and G the negative of that, whole.

    While D is held fixed this only adds the constant E[log D(x)] to Minimax's loss of G. Inside Unrolled D depends on
    G, so that the term of x has a gradient too: G minds how well D will know the examples. Metz et al. 2017 unroll
    this value function (section 2.2).
    """

    loss: Loss

    g_sees_real: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not isinstance(self.loss, Loss):
            raise SettingError(f"ZeroSum: expected a loss such as Minimax(), got {self.loss!r}")

    def d(self, real: Any, fake: Any) -> Any:
        """The d of `loss`."""
        return self.loss.d(real, fake)

    def g(self, fake: Any, real: Any) -> Any:
        """The negative of the d of `loss`."""
        return -self.loss.d(real, fake)

    def remember(self, turn: Turn) -> "ZeroSum":
        return ZeroSum(self.loss.remember(turn))

    @property
    def output(self) -> str:  # type: ignore[override]
        return self.loss.output

    def reading(self, score: Any) -> Any:
        return self.loss.reading(score)

    def measures(self, turn: Turn) -> dict[str, Any]:
        return self.loss.measures(turn)
