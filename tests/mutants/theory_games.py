"""Mistakes in small games and their dynamics: a sign, an order, a noise, a memory or a matrix other than the stated."""

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan import functional as F
from tinygan.autograd import Tensor, grad
from tinygan.nn import updated
from tinygan.objectives import R1, GradientPenalty, Unrolled
from tinygan.objectives.input_gradients import mean_squared_norm
from tinygan.objectives.slopes import REAL, slope
from tinygan.optim import momentum
from tinygan.theory import dynamics
from tinygan.theory.dynamics import Rate, Steps
from tinygan.theory.games import ExpectedNoise, SmallGame, Translated

FIELD = ("theory/test_games.py::test_the_field_is_the_papers",)
NOISE = (f"{FIELD[0]}[noise]",)
BY_HAND = ("theory/test_dynamics.py::test_two_steps_by_hand",)
TRAINING = ("theory/test_dynamics.py::test_alternating_steps_are_algorithm_1",)
MATRICES = ("theory/test_dynamics.py::test_jacobian_and_eigenvalues_of_a_step",)


def ascending_g(self, w, right=SmallGame.field):
    """The field of a G that increases its loss."""
    return right(self, w) * np.where(self.owner == "G", -1.0, 1.0)


def of_one_loss(self, w, players="GD"):
    """The gradient of D's loss for both players, as if the game were not one."""
    w = w if (traced := isinstance(w, Tensor)) else Tensor(w)
    leaves = self.leaves(w)
    G, D = updated(self.G, leaves["G"]), updated(self.D, leaves["D"])
    own = [leaf for part in leaves.values() for leaf in part.values()]
    return F.concatenate(grad(self.objective.d_loss(D, G, self.x, self.z), own, create_graph=traced))


def without_the_opponent(self, w, players="GD", right=SmallGame.gradient):
    """The gradient in which each player is a constant to the other: second derivatives across are lost."""
    if not isinstance(w, Tensor):
        return right(self, w, players)
    value = w.data
    pieces = [right(self, F.where(self.owner == player, w, value), players) for player in "GD"]
    return F.where(self.owner == "G", *pieces)


def at_once(game, rule, k=1):
    return Steps(game, rule, (PLAYERS,) * k)  # noqa: F821, a name of dynamics.py


def g_first(game, rule, k=1):
    return Steps(game, rule, ("G",) + ("D",) * k)


def noise_of_samples_alone(self, D, G, x, z):
    return sum(p * self.objective.d_loss(D, Translated(G, noise), x, z) for noise, p in self._rule())


def nodes_of_physicists(self):
    nodes, weights = np.polynomial.hermite.hermgauss(self.nodes)
    return [(float(self.std * t), float(p)) for t, p in zip(nodes, weights / weights.sum(), strict=True)]


def every_memory_moves(self, state, players, there):
    names = self._memory(state[0])
    before = {"step": 0, **{name: state[1 + i] for i, name in enumerate(names)}}
    w, memory = self.rule(state[0], self.game.gradient(there, players), before)
    moves = np.isin(self.game.owner, list(players))
    return F.stack([F.where(moves, w, state[0]), *(memory[name] for name in names)])


def with_the_other_sign(self, parameter, gradient, state):
    v = gradient - self.decay * state["v"]
    return parameter - self.learning_rate * v, {"step": state["step"] + 1, "v": v}


def from_where_it_looked(self, state):
    for players in self.turns:
        ahead = self._updated(state, players, state[0]) if self.ahead else state
        state = self._updated(ahead, players, ahead[0])
    return state


def whole_weight(self, turn):
    return self.weight * mean_squared_norm(slope(turn, REAL))


def without_a_target(self, turn):
    return self.weight * mean_squared_norm(slope(turn, REAL))


def squared_lengths(orbit):
    steps = np.arange(len(orbit))
    lengths, angles = np.log((orbit**2).sum(axis=1)), np.unwrap(np.arctan2(orbit[:, 1], orbit[:, 0]))
    growth, turn = (float(np.polynomial.polynomial.polyfit(steps, y, 1)[1]) for y in (lengths, angles))
    return Rate(growth, abs(turn))


def smallest_first(function, at=(0.0, 0.0)):
    smallest = eigenvalues(function, at)[-1]  # noqa: F821, a name of dynamics.py
    return Rate(float(np.log(abs(smallest))), float(abs(np.angle(smallest))))


def looks_at_another_d(self, D, G, x, z):
    return self.objective.g_loss(D, G, x, z)


MUTANTS = (
    Mutant(32, "games: G ascends its loss", *(SmallGame, "field", ascending_g), FIELD),
    Mutant(32, "games: both players descend D's loss", *(SmallGame, "gradient", of_one_loss), FIELD),
    Mutant(
        *(32, "games: no second derivative across the players", SmallGame, "gradient", without_the_opponent),
        ("theory/test_dynamics.py::test_the_jacobian_has_the_opponents_parameters_in_it",),
    ),
    Mutant(32, "games: alternating steps are simultaneous", *body(dynamics.alternating, at_once), TRAINING),
    Mutant(32, "games: G before D", *body(dynamics.alternating, g_first), TRAINING),
    Mutant(32, "games: noise on samples alone", *(ExpectedNoise, "d_loss", noise_of_samples_alone), NOISE),
    Mutant(32, "games: noise of half the variance", *(ExpectedNoise, "_rule", nodes_of_physicists), NOISE),
    Mutant(32, "games: the memory of who waits fades", *(Steps, "_updated", every_memory_moves), BY_HAND),
    Mutant(32, "games: momentum with the other sign", *(momentum, "__call__", with_the_other_sign), BY_HAND),
    Mutant(32, "games: extragradient goes on from ahead", *(Steps, "__call__", from_where_it_looked), BY_HAND),
    Mutant(
        32, "games: WGAN-GP with the target 0", *(GradientPenalty, "d", without_a_target), (f"{FIELD[0]}[WGAN-GP]",)
    ),
    Mutant(32, "games: gamma in place of gamma / 2", *(R1, "d", whole_weight), (f"{FIELD[0]}[R1]",)),
    Mutant(
        32, "games: unrolled D without effect", *(Unrolled, "g_loss", looks_at_another_d), (f"{FIELD[0]}[unrolled]",)
    ),
    Mutant(
        *(32, "games: the rate of the squared length", *body(dynamics.measured, squared_lengths)),
        ("theory/test_dynamics.py::test_the_rate_of_a_spiral",),
    ),
    Mutant(32, "games: the smallest eigenvalue", *body(dynamics.predicted, smallest_first), MATRICES),
)
