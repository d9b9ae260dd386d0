"""D's input gradients in its turn: those at examples and at samples share the pass of the loss, if terms need both."""

from collections.abc import Sequence
from typing import Any

from tinygan.autograd import Array
from tinygan.nn import Minibatch, Module, together
from tinygan.objectives.input_gradients import gradients_of, input_gradients, variables
from tinygan.objectives.once import once
from tinygan.objectives.turn import Turn

REAL, FAKE = "real", "fake"  # D's inputs for x and for G(z)
BOTH = frozenset((REAL, FAKE))


class DifferentiableTurn(Turn):
    """A turn in which D's inputs are variables on the tape. One pass through D gives the scores and both gradients.

    A gradient at one of the two inputs alone is better taken from a pass of its own: its second derivative would go
    through the whole of this one.
    """

    @once
    def inputs(self) -> list[Minibatch]:
        """D's inputs for x and for G(z), as variables."""
        return variables([self.shown_real, self.shown_fake])

    @once
    def _both(self) -> list[Any]:
        return together(self.D, *self.inputs)

    @once
    def slopes(self) -> dict[str, list[Array]]:
        """The rows of `input_gradients` at both inputs."""
        return dict(zip((REAL, FAKE), gradients_of(self._both, self.inputs), strict=True))


def turn_of_d(D: Module, G: Module, x: Minibatch, z: Minibatch, view: Any, terms: Sequence[Any]) -> Turn:
    """D's turn, for terms that declare in `slopes_at` at which of D's inputs they need its gradient."""
    slopes = frozenset().union(*(term.slopes_at for term in terms))
    return (DifferentiableTurn if slopes == BOTH else Turn)("D", D, G, x, z, view)


def slope(turn: Turn, where: str) -> list[Array]:
    """D's input gradients, as `input_gradients` returns them.   where: REAL or FAKE."""
    if isinstance(turn, DifferentiableTurn):
        return turn.slopes[where]
    return input_gradients(turn.D, turn.shown_real if where == REAL else turn.shown_fake)
