"""Historical averaging: a penalty on the distance from the mean of all earlier parameters; Salimans et al. 2016."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tinygan import functional as F
from tinygan.autograd import Array, raw
from tinygan.errors import ShapeMismatch
from tinygan.nn import Module, parameters
from tinygan.objectives.memory import number, remembered
from tinygan.objectives.objective import Term
from tinygan.objectives.scores import total
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class HistoricalAveraging(Term):
    """weight * ||theta - 1/t sum_{i <= t} theta[i]||**2 in the loss of each player with parameters theta; section 3.3.

    theta[i] are the parameters after iteration i. The term is 0 in the first iteration.

    t: the number of past iterations.   means: the mean parameters, by paths such as 'D/layers.0.weight'.
    Raises ShapeMismatch if a player has parameters without a mean.
    """

    weight: float = number()
    t: int = remembered(0, least=0)
    means: Mapping[str, Array] = remembered(factory=dict, by_parameter=True)

    def d(self, turn: Turn) -> Array:
        """weight * ||theta_D - mean theta_D||**2."""
        return self._distance("D", turn.D)

    def g(self, turn: Turn) -> Array:
        """weight * ||theta_G - mean theta_G||**2."""
        return self._distance("G", turn.G)

    def remember(self, turn: Turn) -> Self:
        """The term with means that include the current parameters of both players."""
        t, means = self.t + 1, {}
        for path, leaf in [*_named("D", turn.D).items(), *_named("G", turn.G).items()]:
            mean = self.means.get(path, 0.0)
            means[path] = mean + (raw(leaf) - mean) / t
        return dataclasses.replace(self, t=t, means=means)

    def _distance(self, player: str, module: Module) -> Array:
        """weight times the squared distance of the module's parameters from their means."""
        if not self.t:
            return 0.0
        named = _named(player, module)
        for path in named:
            if path not in self.means:
                raise ShapeMismatch(f"HistoricalAveraging: {path} has no mean; pass the networks of `after`")
        differences = [leaf - self.means[path] for path, leaf in named.items()]
        return total(self.weight * F.sum(difference * difference) for difference in differences)


def _named(player: str, module: Module) -> dict[str, Array]:
    return {f"{player}/{path}": leaf for path, leaf in parameters(module).items()}
