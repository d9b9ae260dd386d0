"""A player's turn as its loss sees it: what several parts of a loss need is computed once."""

from functools import cached_property
from typing import Any

from tinygan.nn import frozen, together


class Turn:
    """D, G, x and z of a turn; and what follows from them, computed when it is first asked for.

    player: whose turn it is, "D" or "G"; "" where nobody moves and the game is only looked at.
    view: what D is shown in place of x and of G(z).
    """

    def __init__(self, player: str, D: Any, G: Any, x: Any, z: Any, view: Any = None):
        self.player, self.D, self.G, self.x, self.z, self.view = player, D, G, x, z, view

    @cached_property
    def fake(self) -> Any:
        """G(z)."""
        return self.G(self.z)

    @cached_property
    def shown_real(self) -> Any:
        """x as D is shown it."""
        return self.x if self.view is None else self.view.real(self.x, self)

    @cached_property
    def shown_fake(self) -> Any:
        """G(z) as D is shown it."""
        return self.fake if self.view is None else self.view.fake(self.fake, self)

    @cached_property
    def _both(self) -> list[Any]:
        return together(self.D, self.shown_real, self.shown_fake)

    @cached_property
    def d_real(self) -> Any:
        """What D gives for x. In D's turn it comes from one pass with `d_fake`, where that is exact."""
        return self.D(self.shown_real) if self.player == "G" else self._both[0]

    @cached_property
    def d_fake(self) -> Any:
        """What D gives for G(z). In G's turn D does not see x, unless somebody asks."""
        return self.D(self.shown_fake) if self.player == "G" else self._both[1]

    def frozen(self) -> "Turn":
        """The same turn with both networks frozen: what it computes is not recorded."""
        return Turn(self.player, frozen(self.D), frozen(self.G), self.x, self.z, self.view)
