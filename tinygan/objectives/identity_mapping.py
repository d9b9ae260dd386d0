"""The identity mapping: a translation leaves an example alone that is of its target domain already; Zhu et al. 2017."""

from dataclasses import dataclass

from tinygan.autograd import Array
from tinygan.errors import ShapeMismatch
from tinygan.nn.minibatch import Pair
from tinygan.objectives.cycle import distances, expect_pair
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.scores import total
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class IdentityMapping(Term):
    """weight * (E|G(b) - b| + E|F(a) - a|) in the loss of both translations, G of a to b and F of b to a; section 5.2.

    z is `Pair(a, b)`. turn.G gives Pair(F(b), G(a)), so for the swapped pair it gives Pair(F(a), G(b)). E is the mean
    over all numbers of an example. The paper's weight is half of that of the cycle, appendix 7.1.
    Raises SettingError unless z is a Pair, ShapeMismatch unless a and b have one shape.

    >>> import numpy as np
    >>> G = lambda pair: Pair(2 * pair.b, pair.a + 1)  # F doubles, G adds 1
    >>> z = Pair(np.array([[3.0]]), np.array([[5.0]]))
    >>> float(IdentityMapping(5.0).g(Turn("G", None, G, None, z)))  # F(3) = 6, G(5) = 6
    20.0
    """

    weight: float = number(5.0)

    def g(self, turn: Turn) -> Array:
        """weight * the sum of the mean changes of examples that should stay as they are."""
        a, b = expect_pair("IdentityMapping", turn.z)
        if a.shape != b.shape:
            raise ShapeMismatch(f"IdentityMapping: a and b are expected to have one shape, got {a.shape} and {b.shape}")
        return self.weight * total(distances("IdentityMapping", turn.G(Pair(b, a)), Pair(a, b), 1))
