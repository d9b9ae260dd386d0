"""A turn of one player: G(z), D(x) and D(G(z)), each computed at most once for all parts of a loss."""

from typing import Any

from tinygan.nn import Minibatch, Module, frozen, together
from tinygan.objectives.once import once


class Turn:
    """D, G, x and z of a turn, and quantities that are computed from them at first use.

    player: the player to be updated, "D" or "G"; "" if there is no update.   view: it changes D's inputs x and G(z).
    """

    def __init__(self, player: str, D: Module, G: Module, x: Minibatch, z: Minibatch, view: Any = None):
        self.player, self.D, self.G, self.x, self.z, self.view = player, D, G, x, z, view

    @once
    def fake(self) -> Minibatch:
        """G(z)."""
        return self.G(self.z)

    @once
    def shown_real(self) -> Minibatch:
        """x as the view changes it: D's input for x."""
        return self.x if self.view is None else self.view.real(self.x, self)

    @once
    def shown_fake(self) -> Minibatch:
        """G(z) as the view changes it: D's input for G(z)."""
        return self.fake if self.view is None else self.view.fake(self.fake, self)

    @once
    def _both(self) -> list[Any]:
        return together(self.D, self.shown_real, self.shown_fake)

    @once
    def d_real(self) -> Any:
        """D(x). In D's turn it is computed in one pass with D(G(z)) if that is exact; see `nn.together`."""
        return together(self.D, self.shown_real)[0] if self.player == "G" else self._both[0]

    @once
    def d_fake(self) -> Any:
        """D(G(z)). In G's turn it needs no pass for x."""
        return together(self.D, self.shown_fake)[0] if self.player == "G" else self._both[1]

    def frozen(self) -> "Turn":
        """The same turn with both networks frozen, so that nothing is recorded."""
        return Turn(self.player, frozen(self.D), frozen(self.G), self.x, self.z, self.view)
