"""Views: functions of D's inputs, such as added noise, an augmentation, or samples of earlier iterations."""

import dataclasses
import itertools
from dataclasses import dataclass
from typing import Any, Self

from tinygan.errors import SettingError
from tinygan.nn import Minibatch
from tinygan.objectives.memory import Memory
from tinygan.objectives.turn import Turn


class View(Memory):
    """A function of the examples and one of the samples, whose results are D's inputs. The default is the identity."""

    def real(self, x: Minibatch, turn: Turn) -> Minibatch:
        """D's input for the examples x."""
        return x

    def fake(self, x: Minibatch, turn: Turn) -> Minibatch:
        """D's input for the samples x = G(z)."""
        return x

    def measures(self, turn: Turn) -> dict[str, Any]:
        """Numbers for the history."""
        return {}


@dataclass(frozen=True)
class Identity(View):
    """The view that changes nothing."""


@dataclass(frozen=True)
class Composed(View):
    """`first`, then `second`."""

    first: View
    second: View

    def real(self, x: Minibatch, turn: Turn) -> Minibatch:
        return self.second.real(self.first.real(x, turn), turn)

    def fake(self, x: Minibatch, turn: Turn) -> Minibatch:
        return self.second.fake(self.first.fake(x, turn), turn)

    def remember(self, turn: Turn) -> Self:
        return dataclasses.replace(self, first=self.first.remember(turn), second=self.second.remember(turn))

    def measures(self, turn: Turn) -> dict[str, Any]:
        return merged([self.first.measures(turn), self.second.measures(turn)])


def with_view(objective: Any, view: Any) -> Any:
    """`objective` with `view` applied after its own view. Raises SettingError if it is no view."""
    if not isinstance(view, View):
        name = type(objective).__name__
        raise SettingError(f"{name}: expected a view such as InstanceNoise(linear(0.5, 0.0, 1000)), got {view!r}")
    return dataclasses.replace(objective, view=view if objective.view == Identity() else Composed(objective.view, view))


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The measures of several parts of an objective; of two with one name the second has a number behind it.

    >>> merged([{"noise": 0.5}, {"noise": 0.1}])
    {'noise': 0.5, 'noise_2': 0.1}
    """
    merged: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            others = (f"{name}_{i}" for i in itertools.count(2))
            merged[next(n for n in itertools.chain([name], others) if n not in merged)] = value
    return merged
