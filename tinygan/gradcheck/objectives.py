"""Every objective as a function of both networks' parameters, of the examples and of the noise; and every update rule.

An update rule is checked as the function of parameter and gradient that an unrolled game differentiates through.
"""

from typing import Any, NamedTuple

import numpy as np

from tinygan import functional as F
from tinygan import nn, objectives, optim
from tinygan.gradcheck.case import Case, of_module

_RNG = np.random.default_rng(0)


class Game(NamedTuple):
    """Two small smooth networks."""

    G: Any
    D: Any


_GAME = Game(
    nn.Sequential(nn.Dense(2, 4, _RNG), F.tanh, nn.Dense(4, 3, _RNG)),
    nn.Sequential(nn.Dense(3, 4, _RNG), F.tanh, nn.Dense(4, 1, _RNG)),
)


class _Constant:
    """Stands for a generator that always draws the same, so that a difference sees the same function twice."""

    def random(self, shape: tuple[int, ...]) -> Any:
        return np.linspace(0.1, 0.9, int(np.prod(shape))).reshape(shape)


def _losses(objective: Any, name: str = "") -> list[Case]:
    """Both losses of an objective."""
    cases = []
    for player in ("d_loss", "g_loss"):
        loss = getattr(objective, player)
        case = of_module(
            "objective",
            _GAME,
            (5, 3),
            (5, 2),
            name=f"{name or type(objective).__name__} {player}",
            call=lambda game, x, z, loss=loss: loss(game.D, game.G, x, z),
        )
        cases.append(Case(case.kind, case.name, type(objective), case.f, case.arguments, case.order))
    return cases


def _second_step(rule: Any) -> Any:
    """The parameter after two steps of `rule`, the second of which meets the state that the first left."""

    def stepped(parameter: Any, gradient: Any) -> Any:
        parameter, state = rule(parameter, gradient, rule.initial(parameter))
        return rule(parameter, gradient * parameter, state)[0]

    return stepped


def _rule(rule: Any, name: str = "") -> Case:
    gradient = np.array([0.7, -0.4, 1.3, -2.1])  # away from 0, where the adaptive rules divide
    parameter = np.array([0.5, -1.5, 2.0, 0.9])
    return Case("update rule", name or type(rule).__name__, type(rule), _second_step(rule), (parameter, gradient))


CASES = [
    *_losses(objectives.Minimax()),
    *_losses(objectives.NonSaturating()),
    *_losses(objectives.LabelSmoothing()),
    *_losses(objectives.LeastSquares(a=-0.7, b=1.2, c=0.4)),
    *_losses(objectives.Hinge()),
    *(case for name in objectives.DIVERGENCES for case in _losses(objectives.FGAN(name), name=f"FGAN {name}")),
    *_losses(objectives.FGAN("js", heuristic=True), name="FGAN js heuristic")[1:],
    *_losses(objectives.Wasserstein()),
    *_losses(objectives.WassersteinGP(rng=_Constant())),
    _rule(optim.sgd(0.1)),
    _rule(optim.momentum(0.1)),
    _rule(optim.nesterov(0.1)),
    _rule(optim.rmsprop(0.1, epsilon=0.1)),
    _rule(optim.adam(0.1, epsilon=0.1)),
    _rule(optim.adamw(0.1, epsilon=0.1)),
    _rule(optim.clipped(optim.sgd(0.1), 1.0)),
    _rule(optim.weight_decay(optim.sgd(0.1), 0.3)),
]
