"""What D is shown in place of examples and of samples: itself, noise on it, an augmentation, samples of the past."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from tinygan.objectives.memory import Memory
from tinygan.objectives.turn import Turn


class View(Memory):
    """What D is shown in place of examples and of samples; by default, themselves."""

    def real(self, x: Any, turn: Turn) -> Any:
        """What D is shown in place of x."""
        return x

    def fake(self, x: Any, turn: Turn) -> Any:
        """What D is shown in place of G(z), which is x."""
        return x

    def remember(self, turn: Turn) -> Self:
        """The view of the next iteration: this one, unless it remembers something of the turn."""
        return self

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers that a history shows."""
        return {}


@dataclass(frozen=True)
class AsItIs(View):
    """D is shown examples and samples themselves."""


@dataclass(frozen=True)
class Composed(View):
    """What `second` makes of what `first` shows."""

    first: View
    second: View

    def real(self, x: Any, turn: Turn) -> Any:
        return self.second.real(self.first.real(x, turn), turn)

    def fake(self, x: Any, turn: Turn) -> Any:
        return self.second.fake(self.first.fake(x, turn), turn)

    def remember(self, turn: Turn) -> Self:
        return dataclasses.replace(self, first=self.first.remember(turn), second=self.second.remember(turn))

    def measures(self, turn: Turn) -> dict[str, Any]:
        return {**self.first.measures(turn), **self.second.measures(turn)}
