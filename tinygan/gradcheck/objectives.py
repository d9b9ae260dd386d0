"""Every objective as a function of both networks' parameters, of the examples and of the noise."""

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from tinygan import functional as F
from tinygan import nn, objectives, optim
from tinygan.autograd import raw
from tinygan.backend import namespace
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


_ENERGIES = Game(
    _GAME.G,
    nn.Reconstruction(
        nn.Sequential(nn.Dense(3, 2, _RNG), F.tanh, nn.Dense(2, 2, _RNG)),
        nn.Sequential(nn.Dense(2, 2, _RNG), F.tanh, nn.Dense(2, 3, _RNG)),
    ),
)


def _losses(objective: Any, game: Game = _GAME, name: str = "") -> list[Case]:
    """Both losses of an objective.

    Each is asked of the objective as it stands here, so that a difference sees the same random numbers twice.
    """
    state = objective.state()
    cases = []
    for player in ("d_loss", "g_loss"):

        def loss(game: Game, x: Any, z: Any, player: str = player) -> Any:
            asarray = namespace(raw(x)).asarray
            here = {
                path: asarray(value, dtype=x.dtype) if isinstance(value, np.ndarray) else value
                for path, value in state.items()
            }
            return getattr(objective.restored(here), player)(game.D, game.G, x, z)

        line = f"{name or type(objective).__name__} {player}"
        case = of_module("objective", game, (5, 3), (5, 2), name=line, call=loss)
        cases.append(dataclasses.replace(case, of=type(objective)))
    return cases


CASES = [
    *_losses(objectives.Minimax()),
    *_losses(objectives.NonSaturating()),
    *_losses(objectives.LabelSmoothing()),
    *_losses(objectives.LeastSquares(a=-0.7, b=1.2, c=0.4)),
    *_losses(objectives.Hinge()),
    *(case for name in objectives.DIVERGENCES for case in _losses(objectives.FGAN(name), name=f"FGAN {name}")),
    *_losses(objectives.FGAN("js", heuristic=True), name="FGAN js heuristic")[1:],
    *_losses(objectives.Wasserstein()),
    *_losses(objectives.WassersteinGP(rng=np.random.default_rng(0))),
    *_losses(objectives.EnergyBased(4.0, pulling_away=0.5), _ENERGIES),
    *_losses(objectives.EnergyBased(0.0), _ENERGIES, name="EnergyBased beyond the margin"),
    *_losses(objectives.BoundaryEquilibrium(k=0.3), _ENERGIES),
    *_losses(objectives.FeatureMatching()),
    *_losses(objectives.ZeroSum(objectives.Minimax())),
    *_losses(objectives.Unrolled(objectives.ZeroSum(objectives.Minimax()), 2, optim.sgd(0.5))),
    *_losses(objectives.Unrolled(objectives.Wasserstein(), 2, optim.adam(0.1, epsilon=0.1)), name="Unrolled by Adam"),
    *_losses(objectives.R1(objectives.NonSaturating())),
    *_losses(objectives.DRAGAN(objectives.NonSaturating(), rng=np.random.default_rng(0))),
    *_losses(objectives.InstanceNoise(objectives.Minimax(), optim.constant(0.5), rng=np.random.default_rng(0))),
    *_losses(objectives.HistoricalAveraging(objectives.Minimax(), 0.3).after(_GAME.D, _GAME.G, None, None)),
    *_losses(objectives.Ensemble(objectives.NonSaturating()), Game(_GAME.G, [nn.Dense(3, 1, _RNG), _GAME.D])),
    *_losses(objectives.OrthogonalRegularization(objectives.NonSaturating(), 0.1)),
]
