"""Historical averaging: each player is held to where it has been on average; Salimans et al. 2016, section 3.3."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tinygan import functional as F
from tinygan.autograd import raw
from tinygan.errors import ShapeMismatch
from tinygan.nn import parameters
from tinygan.objectives.memory import number, remembered
from tinygan.objectives.objective import Term
from tinygan.objectives.scores import total
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class HistoricalAveraging(Term):
    """Each player pays weight * ||theta - 1/t sum_{i <= t} theta[i]||**2 over its own parameters theta.

    theta[i] are the parameters after iteration i; before the first there is nothing to pay.

    t: how many iterations are behind.   means: their mean parameters, by paths such as 'D/layers.0.weight'.
    Raises ShapeMismatch for a player with parameters that it does not remember.
    """

    weight: float = number()
    t: int = remembered(0)
    means: Mapping[str, Any] = remembered(factory=dict)

    def d(self, turn: Turn) -> Any:
        """weight * ||theta_D - its mean||**2."""
        return self._distance("D", turn.D)

    def g(self, turn: Turn) -> Any:
        """weight * ||theta_G - its mean||**2."""
        return self._distance("G", turn.G)

    def remember(self, turn: Turn) -> Self:
        """With the parameters of both players taken into their means."""
        t, means = self.t + 1, {}
        for path, leaf in [*_named("D", turn.D).items(), *_named("G", turn.G).items()]:
            mean = self.means.get(path, 0.0)
            means[path] = mean + (raw(leaf) - mean) / t
        return dataclasses.replace(self, t=t, means=means)

    def _distance(self, player: str, module: Any) -> Any:
        """The term of the player whose turn it is."""
        if not self.t:
            return 0.0
        named = _named(player, module)
        for path in named:
            if path not in self.means:
                raise ShapeMismatch(f"HistoricalAveraging: {path} has no past; hand it the networks of `after`")
        away = [leaf - self.means[path] for path, leaf in named.items()]
        return total(self.weight * F.sum(each * each) for each in away)


def _named(player: str, module: Any) -> dict[str, Any]:
    return {f"{player}/{path}": leaf for path, leaf in parameters(module).items()}
