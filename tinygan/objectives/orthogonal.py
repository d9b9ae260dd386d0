"""Orthogonal regularization of the generator, which improves samples from truncated noise; Brock et al. 2019."""

from dataclasses import dataclass

from tinygan.autograd import Array
from tinygan.nn import orthogonality
from tinygan.objectives.memory import number
from tinygan.objectives.objective import Term
from tinygan.objectives.turn import Turn


@dataclass(frozen=True)
class OrthogonalRegularization(Term):
    """weight * sum of ||W^T W * (1 - I)||_F**2 over G's weights W, in G's loss; eq. (3), section 3.1.

    weight: the paper's beta. The gradient in W is weight * 4 W (W^T W * (1 - I)). The authors' code adds half of that,
    beta * 2 W (...), to the gradient: their beta of 1e-4 is a weight of 5e-5 here.
    without: names of attributes of G whose weights are left out; theirs leaves out the shared embedding of the class.
    """

    weight: float = number(1e-4)
    without: tuple[str, ...] = ()

    def g(self, turn: Turn) -> Array:
        """weight * nn.orthogonality(G, without)."""
        return self.weight * orthogonality(turn.G, self.without)
