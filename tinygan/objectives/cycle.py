"""Cycle consistency: an example that is translated to the other domain and back comes back; Zhu et al. 2017."""

from dataclasses import dataclass
from typing import Any

from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn.minibatch import Pair, each, shapes
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.scores import total
from tinygan.objectives.turn import Turn

WAYS = ("both", "one")


@dataclass(frozen=True)
class Cycle(Term):
    """weight * (E|F(G(a)) - a| + E|G(F(b)) - b|) in the loss of both translations; section 3.2, eq. (2).

    z is `Pair(a, b)`, examples of two domains, and turn.G gives Pair(F(b), G(a)), as `nn.TwoWay`. So turn.G(turn.G(z))
    is the cycle of both, each in its place. E is the mean over all numbers of an example, as in the authors' code.
    ways: "both", or "one" for a -> b -> a alone.   power: 2 for squared errors, as in DiscoGAN (Kim et al. 2017, eq.
    (3), with the mean squared error).
    Raises SettingError unless z is a Pair, ShapeMismatch if an example comes back in another shape.

    >>> import numpy as np
    >>> G = lambda pair: Pair(2 * pair.b, pair.a + 1)  # F doubles, G adds 1
    >>> z = Pair(np.array([[3.0]]), np.array([[5.0]]))
    >>> float(Cycle(10.0).g(Turn("G", None, G, None, z)))  # F(G(3)) = 8, G(F(5)) = 11
    110.0
    """

    weight: float = number(10.0)
    ways: str = "both"
    power: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.ways not in WAYS:
            raise SettingError(f"Cycle: ways is expected to be both or one, got {self.ways!r}")
        if self.power not in (1, 2):
            raise SettingError(f"Cycle: power is expected to be 1 or 2, got {self.power!r}")

    def g(self, turn: Turn) -> Array:
        """weight * the sum of the mean errors of both cycles, or that of a -> b -> a."""
        errors = distances("Cycle", turn.G(turn.fake), expect_pair("Cycle", turn.z), self.power)
        return self.weight * (total(errors) if self.ways == "both" else errors.a)

    def measures(self, turn: Turn) -> dict[str, Any]:
        """The mean absolute error of each cycle, whatever `ways` and `power` are."""
        errors = distances("Cycle", turn.G(turn.fake), expect_pair("Cycle", turn.z), 1)
        return {"cycle_a": errors.a, "cycle_b": errors.b}


def expect_pair(name: str, z: Any) -> Pair:
    """z. Raises SettingError unless it is examples of two domains."""
    if not isinstance(z, Pair):
        raise SettingError(f"{name} needs examples of two domains as z, nn.Pair(a, b), got {type(z).__name__}")
    return z


def distances(name: str, made: Pair, z: Pair, power: int) -> Pair:
    """Pair of the means of |made - z|**power over all numbers. Raises ShapeMismatch if shapes differ."""

    def distance(x: Array, y: Array) -> Array:
        if x.shape != y.shape:
            raise ShapeMismatch(f"{name}: G is expected to give the shapes of z, {shapes(z)}, but gives {shapes(made)}")
        difference = x - y
        return F.mean(F.abs(difference) if power == 1 else difference * difference)

    return each(distance, made, z)
