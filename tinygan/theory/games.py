"""A GAN so small that all parameters of both players are one vector w, and the vector field on which it is trained.

The Dirac-GAN of Mescheder et al. 2018, section 2, has a parameter for each player: p_data is a point at 0, p_g a point
at theta, and D(x) = psi x. Its losses are the package's own objectives.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from tinygan import functional as F
from tinygan.autograd import Array, Tensor, grad
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.nn import Layer, Minibatch, Module, parameters, updated
from tinygan.objectives import Game

PLAYERS = "GD"


class Point(Layer):
    """G of the Dirac-GAN: every z is mapped to theta (1,)."""

    per_example = True

    def __init__(self, theta: float = 0.0):
        self.theta = Tensor(np.array([theta]))

    def __call__(self, z: Array) -> Array:
        return 0.0 * z + self.theta


class Slope(Layer):
    """D of the Dirac-GAN: the score of x is psi x, with psi (1,)."""

    per_example = True

    def __init__(self, psi: float = 0.0):
        self.psi = Tensor(np.array([psi]))

    def __call__(self, x: Array) -> Array:
        return self.psi * x


@dataclass(frozen=True)
class SmallGame:
    """Two networks and two losses as functions of w (n,): the parameters of G, then those of D.

    x, z: minibatches of examples and of noise, which stay the same.
    """

    objective: Game
    G: Module
    D: Module
    x: Minibatch
    z: Minibatch

    @cached_property
    def shapes(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """The shapes of the parameters by path, of "G" and of "D"."""
        networks = zip(PLAYERS, (self.G, self.D), strict=True)
        return {
            player: {path: leaf.shape for path, leaf in parameters(network).items()} for player, network in networks
        }

    @cached_property
    def owner(self) -> NDArray[np.str_]:
        """The player, "G" or "D", to whom each entry of w belongs, (n,)."""
        return np.concatenate(
            [np.repeat(player, prod(shape)) for player in PLAYERS for shape in self.shapes[player].values()]
        )

    def leaves(self, w: Array) -> dict[str, dict[str, Array]]:
        """The entries of w by player and path. Raises ShapeMismatch if w has another number of entries."""
        if w.shape != self.owner.shape:
            raise ShapeMismatch(f"a game of {len(self.owner)} parameters: expected w {self.owner.shape}, got {w.shape}")
        found: dict[str, dict[str, Array]] = {}
        stop = 0
        for player in PLAYERS:
            found[player] = {}
            for path, shape in self.shapes[player].items():
                start, stop = stop, stop + prod(shape)
                found[player][path] = F.reshape(w[start:stop], shape=shape)
        return found

    def gradient(self, w: Array, players: str = PLAYERS) -> Array:
        """The gradient (n,) of each player's own loss in its own parameters; 0 for a player not among `players`.

        On a Tensor w it is a Tensor, so that its derivatives in all parameters can be taken, the opponent's too.
        """
        traced = isinstance(w, Tensor)
        leaves = self.leaves(w if traced else Tensor(w))
        G, D = updated(self.G, leaves["G"]), updated(self.D, leaves["D"])
        pieces: list[Array] = []
        for player, loss in (("G", self.objective.g_loss), ("D", self.objective.d_loss)):
            own = list(leaves[player].values())
            if player in players:
                found = grad(loss(D, G, self.x, self.z), own, create_graph=traced)
            else:
                found = [np.zeros(leaf.shape) for leaf in own]
            pieces += [F.reshape(piece, shape=(-1,)) for piece in found]
        return F.concatenate(pieces)

    def field(self, w: Array) -> Array:
        """v(w) = -gradient(w): where an infinitely small step of both players leads; Mescheder et al. 2018, section 2.

        >>> from tinygan.objectives import Wasserstein
        >>> dirac_gan(Wasserstein()).field(np.array([0.25, 2.0]))  # (psi, -theta)
        array([ 2.  , -0.25])
        """
        return -self.gradient(w)


def dirac_gan(objective: Game) -> SmallGame:
    """The Dirac-GAN with w = (theta, psi) and the losses of `objective`; Mescheder et al. 2018, definition 2.1.

    Their D scores samples high, D(x) = psi x in f(D(G(z))) + f(-D(x)) with f(t) = -log(1 + exp(-t)). Here it scores
    examples high, so psi has the other sign, and all eigenvalues are the same: f'(0) is 1/2, and 1 for `Wasserstein`,
    f(t) = t, which is the bilinear game min over theta, max over psi of -theta psi.
    """
    return SmallGame(objective, Point(), Slope(), np.zeros((1, 1)), np.zeros((1, 1)))


@dataclass(frozen=True)
class Translated(Layer):
    """A network whose output is moved by `distance`."""

    network: Module
    distance: float

    def __call__(self, z: Array) -> Array:
        return self.network(z) + self.distance


@dataclass(frozen=True)
class ExpectedNoise(Game):
    """The expectation of the losses of `objective` over N(0, std^2) noise on D's inputs, examples and samples.

    `InstanceNoise` draws this noise; here a Gauss-Hermite rule with `nodes` nodes takes the mean, without draws. One
    noise serves x and G(z), so the losses must be sums of a part of D(x) and a part of D(G(z)). With 8 nodes the
    derivatives of `Minimax` are exact at psi = 0, and to 1e-6 where psi std is below 0.8.
    Only for D's inputs of one dimension. Raises SettingError unless std >= 0 and nodes >= 1.
    """

    objective: Game
    std: float
    nodes: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.std >= 0 or self.nodes < 1:
            raise SettingError(
                f"ExpectedNoise: expected std from 0 on and 1 node or more, got {self.std}, {self.nodes}"
            )

    def d_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The mean of the objective's loss of D."""
        return sum(p * self.objective.d_loss(D, Translated(G, noise), x + noise, z) for noise, p in self._rule())

    def g_loss(self, D: Module, G: Module, x: Minibatch, z: Minibatch) -> Array:
        """The mean of the objective's loss of G."""
        return sum(p * self.objective.g_loss(D, Translated(G, noise), x + noise, z) for noise, p in self._rule())

    def _rule(self) -> list[tuple[float, float]]:
        """Values of the noise and their weights, which sum to 1."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(self.nodes)
        return [(float(self.std * t), float(p)) for t, p in zip(nodes, weights / weights.sum(), strict=True)]
