"""Training as an iterated map: the steps of a small game, the eigenvalues of their Jacobian, orbits and their rates.

Near a fixed point of a map an orbit changes by a factor of the spectral radius in each step, the largest |eigenvalue|
of the map's Jacobian there. Below 1 it converges, above 1 it leaves; Mescheder et al. 2018, section 2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygan import functional as F
from tinygan.autograd import Array, Tensor, grad
from tinygan.errors import SettingError
from tinygan.optim import momentum, sgd
from tinygan.theory.games import PLAYERS, SmallGame


@dataclass(frozen=True)
class Steps:
    """One iteration of training, as a map of states (r, n): row 0 is w, the others are the memory of the rule.

    rule: of both players, `sgd`, `momentum` or `nesterov` with a constant rate; others depend on the iteration.
    turns: the players of each update of the iteration: "GD" for both at once, or "D", then "G".
    ahead: whether each update takes its gradient where a first update would lead.
    """

    game: SmallGame
    rule: Any
    turns: tuple[str, ...]
    ahead: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.rule, (sgd, momentum)) or callable(self.rule.learning_rate):
            raise SettingError(
                f"steps of a small game: expected sgd or momentum with a constant rate, got {self.rule!r}"
            )

    def start(self, w: ArrayLike) -> NDArray[np.float64]:
        """The state with the parameters w and an empty memory."""
        w = np.array(w, np.float64)
        return np.stack([w, *(np.zeros_like(w) for _ in self._memory(w))])

    def __call__(self, state: Array) -> Array:
        """The state after one iteration; a Tensor for a Tensor."""
        for players in self.turns:
            there = self._updated(state, players, state[0])[0] if self.ahead else state[0]
            state = self._updated(state, players, there)
        return state

    def _updated(self, state: Array, players: str, there: Array) -> Array:
        """The state after an update of `players` with their gradients at `there`. The others keep theirs."""
        names = self._memory(state[0])
        before = {"step": 0, **{name: state[1 + i] for i, name in enumerate(names)}}
        w, memory = self.rule(state[0], self.game.gradient(there, players), before)
        moves = np.isin(self.game.owner, list(players))
        return F.where(moves, F.stack([w, *(memory[name] for name in names)]), state)

    def _memory(self, w: Array) -> list[str]:
        """The names of the arrays that the rule remembers."""
        return [name for name in self.rule.initial(w) if name != "step"]


def simultaneous(game: SmallGame, rule: Any) -> Steps:
    """Both players are updated at once, each against the other as it was."""
    return Steps(game, rule, (PLAYERS,))


def alternating(game: SmallGame, rule: Any, k: int = 1) -> Steps:
    """Algorithm 1: k updates of D, then one of G against the new D. Raises SettingError unless k >= 1."""
    if k < 1:
        raise SettingError(f"alternating: k is expected to be at least 1, got {k}")
    return Steps(game, rule, ("D",) * k + ("G",))


def extragradient(game: SmallGame, rule: Any) -> Steps:
    """Both players are updated at once, with the gradients at the place where simultaneous steps would lead.

    Korpelevich 1976; for GANs Gidel et al. 2019, "A variational inequality perspective".
    """
    return Steps(game, rule, (PLAYERS,), ahead=True)


def jacobian(function: Callable, at: ArrayLike) -> NDArray[np.float64]:
    """The derivatives (m, n) of the m entries of function(at) by the n entries of `at`, by the package's autograd.

    function: of a Tensor, to a Tensor. It may itself contain gradients, as a step of training does.

    >>> jacobian(lambda w: w * w[0], [3.0, 5.0])
    array([[6., 0.],
           [5., 3.]])
    """
    point = Tensor(np.array(at, np.float64))
    entries = F.reshape(function(point), shape=(-1,))
    return np.stack([grad(entries[i], point).ravel() for i in range(len(entries))])


def eigenvalues(function: Any, at: ArrayLike) -> NDArray[np.complex128]:
    """The eigenvalues of the Jacobian of `function` at w = `at`, by falling modulus and falling imaginary part.

    function: steps of a game, with an empty memory at w; or a function of w such as `SmallGame.field`.

    >>> from tinygan.objectives import NonSaturating
    >>> from tinygan.theory.games import dirac_gan
    >>> eigenvalues(simultaneous(dirac_gan(NonSaturating()), sgd(0.1)), at=(0, 0))  # 1 +- 0.1 / 2 i
    array([1.+0.05j, 1.-0.05j])
    """
    state = function.start(at) if isinstance(function, Steps) else np.array(at, np.float64)
    found = np.linalg.eigvals(jacobian(function, state)).astype(np.complex128)
    return found[np.lexsort((-found.imag, -np.round(abs(found), 9)))]


def orbit(steps: Steps, start: ArrayLike, count: int) -> NDArray[np.float64]:
    """The parameters w (count + 1, n) from `start` through `count` iterations."""
    state = steps.start(start)
    found = [state[0]]
    for _ in range(count):
        state = steps(state)
        found.append(state[0])
    return np.stack(found)


def integral_curve(game: SmallGame, start: ArrayLike, times: ArrayLike, accuracy: float = 1e-10) -> NDArray[np.float64]:
    """The solution w(t) (times, n) of dw/dt = v(w) from `start` at time 0: training by infinitely small steps.

    accuracy: the relative error of each step of the integration.
    """
    from scipy.integrate import solve_ivp

    times = np.asarray(times, np.float64)
    solved = solve_ivp(
        lambda _, w: game.field(w),
        (0.0, times[-1]),
        np.array(start, np.float64),
        "DOP853",
        times,
        rtol=accuracy,
        atol=0.1 * accuracy,
    )
    return solved.y.T


class Rate(NamedTuple):
    """growth: the change of log ||w|| in a step.   turn: the change of the angle of w in a step, in radians."""

    growth: float
    turn: float


def predicted(function: Any, at: ArrayLike = (0.0, 0.0)) -> Rate:
    """log |l| and arg l of the largest eigenvalue l of the steps at the fixed point `at`."""
    largest = eigenvalues(function, at)[0]
    return Rate(float(np.log(abs(largest))), float(abs(np.angle(largest))))


def measured(orbit: NDArray[np.float64]) -> Rate:
    """The rate of an orbit (m, 2) about 0: the slopes of log ||w|| and of the angle, by least squares.

    >>> steps = np.arange(50)
    >>> growth, turn = measured(0.9**steps[:, np.newaxis] * np.stack([np.cos(steps), np.sin(steps)], axis=1))
    >>> round(float(np.exp(growth)), 9), round(turn, 9)
    (0.9, 1.0)
    """
    steps = np.arange(len(orbit))
    lengths, angles = np.log(np.linalg.norm(orbit, axis=1)), np.unwrap(np.arctan2(orbit[:, 1], orbit[:, 0]))
    growth, turn = (float(np.polynomial.polynomial.polyfit(steps, y, 1)[1]) for y in (lengths, angles))
    return Rate(growth, abs(turn))
