"""Gradient checks of every objective of two players, in both networks' parameters, the examples and the noise."""

from typing import Any

import numpy as np

from tinygan import nn, objectives, optim
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.gradcheck.case import Case, of_module
from tinygan.gradcheck.games import (
    CLASSIFIED,
    CLASSIFIER,
    CODED,
    DOMAINS,
    ENERGIES,
    ENSEMBLE,
    GAME,
    IMAGES,
    LABELLED,
    LABELS,
    TRANSLATED,
    VARIATIONAL,
    Game,
    codes,
    half_labelled,
    pair,
)
from tinygan.objectives import (
    ADA,
    DRAGAN,
    ELBO,
    FGAN,
    L1,
    R1,
    R2,
    AuxiliaryClassifier,
    BoundaryEquilibrium,
    Cycle,
    DiffAugment,
    EnergyBased,
    FeatureMatching,
    GradientPenalty,
    Hinge,
    HistoricalAveraging,
    History,
    IdentityMapping,
    Information,
    InstanceNoise,
    Lazy,
    LeastSquares,
    LikelihoodOfG,
    Minimax,
    NonSaturating,
    Objective,
    OrthogonalRegularization,
    PullingAway,
    Relativistic,
    SemiSupervised,
    Unrolled,
    Wasserstein,
    ZeroSum,
)


def _losses(
    objective: Any,
    game: Game = GAME,
    y_real: Any = None,
    y_fake: Any = None,
    *,
    noise: Any = None,
    name: str = "",
    of: type | None = None,
    examples: Any = None,
    shape: tuple[int, ...] = (3,),
) -> list[Case]:
    """The checks of both losses of an objective.

    of: its class, or that of a term.   y_real, y_fake: labels of x and z.   examples, noise: make of an array the form
    of x, or of z.   shape: of an example.
    Each call restores the objective's state first, so that all finite differences use the same random numbers.
    """
    of = of or type(objective)
    state = objective.state()
    cases = []
    for player in ("d_loss", "g_loss"):

        def loss(game: Game, x: Any, z: Any, player: str = player) -> Any:
            asarray = namespace(raw(x)).asarray
            moved = {
                path: asarray(value, dtype=x.dtype) if isinstance(value, np.ndarray) else value
                for path, value in state.items()
            }
            if y_real is not None:
                x, z = nn.Labelled(x, asarray(y_real)), nn.Labelled(z, asarray(y_fake))
            if examples is not None:
                x = examples(x)
            if noise is not None:
                z = noise(z)
            return getattr(objective.restored(moved), player)(game.D, game.G, x, z)

        line = f"{name or of.__name__} {player}"
        cases.append(of_module("objective", game, (5, *shape), (5, 2), name=line, call=loss, of=of))
    return cases


def _of_domains(objective: Any, of: type, name: str = "") -> list[Case]:
    """The checks of an objective of two domains."""
    forms: dict[str, Any] = {
        "examples": lambda x: nn.Pair(x[:, :2], x[:, 1:]),
        "noise": lambda z: nn.Pair(z, 0.7 - 2 * z),
    }
    return _losses(objective, DOMAINS, of=of, name=name, **forms)


_HISTORY = NonSaturating().shown(History(3, rng=np.random.default_rng(0)))

CASES = [
    *_losses(Minimax()),
    *_losses(NonSaturating()),
    *_losses(NonSaturating(real=0.9), name="NonSaturating smoothed"),
    *_losses(LeastSquares(a=-0.7, b=1.2, c=0.4)),
    *_losses(Hinge()),
    *(case for name in objectives.DIVERGENCES for case in _losses(FGAN(name), name=f"FGAN {name}")),
    *_losses(FGAN("js", heuristic=True), name="FGAN js heuristic")[1:],
    *_losses(Wasserstein()),
    *_losses(Relativistic()),
    *_losses(SemiSupervised(0.7), CLASSIFIER, examples=half_labelled),
    *_losses(EnergyBased(4.0), ENERGIES),
    *_losses(EnergyBased(0.0), ENERGIES, name="EnergyBased beyond the margin"),
    *_losses(BoundaryEquilibrium(k=0.3), ENERGIES),
    *_losses(ZeroSum(Minimax())),
    *_losses(Unrolled(ZeroSum(Minimax()), 2, optim.sgd(0.5))),
    *_losses(Unrolled(Wasserstein(), 2, optim.adam(0.1, epsilon=0.1)), name="Unrolled by Adam"),
    *_losses(Unrolled(Minimax() + R1(1.0), 1, optim.sgd(0.5)), name="Unrolled with R1"),
    *_losses(
        Unrolled(Minimax(), 1, optim.by_path({"layers.0": optim.sgd(0.5)}, optim.sgd(0.1))), name="Unrolled by path"
    )[1:],
    *_losses(NonSaturating(), ENSEMBLE, name="NonSaturating of an ensemble"),
    *_losses(Minimax() + R1(1.0), ENSEMBLE, name="R1 of an ensemble", of=R1),
    *_losses(NonSaturating() + OrthogonalRegularization(0.1), LABELLED, *LABELS, name="Objective of labelled"),
    *_losses(Minimax() + AuxiliaryClassifier(0.5), CLASSIFIED, *LABELS, of=AuxiliaryClassifier),
    *_losses(Objective(Minimax(), g=FeatureMatching()), of=FeatureMatching),
    *_losses(EnergyBased(4.0) + PullingAway(0.5), ENERGIES, of=PullingAway)[1:],
    *_losses(Wasserstein() + GradientPenalty(rng=np.random.default_rng(0)), of=GradientPenalty)[:1],
    *_losses(
        Wasserstein() + GradientPenalty(rng=np.random.default_rng(0)),
        LABELLED,
        *LABELS,
        name="GradientPenalty of labelled examples",
        of=GradientPenalty,
    )[:1],
    *_losses(NonSaturating() + R1(), of=R1)[:1],
    *_losses(NonSaturating() + R2(), of=R2)[:1],
    *_losses(Relativistic() + R1(2.0) + R2(3.0), name="R1 and R2 in one pass", of=R2)[:1],
    *_losses(NonSaturating() + R1(2.0) + R2(3.0), LABELLED, *LABELS, name="R1 and R2 of labelled", of=R2)[:1],
    *_losses(NonSaturating() + Lazy(R1(), 4), of=Lazy)[:1],
    *_losses(NonSaturating() + DRAGAN(rng=np.random.default_rng(0)), of=DRAGAN)[:1],
    *_losses((Minimax() + HistoricalAveraging(0.3)).after(GAME.D, GAME.G, None, None), of=HistoricalAveraging),
    *_losses(NonSaturating() + OrthogonalRegularization(0.1), of=OrthogonalRegularization)[1:],
    *_losses(NonSaturating() + Information(0.7, 0.4), CODED, noise=codes, of=Information),
    *_losses(
        NonSaturating() + Information(control=True), CODED, noise=codes, name="Information, control", of=Information
    ),
    *_losses(NonSaturating() + L1(0.7), TRANSLATED, examples=pair, noise=pair, of=L1),
    *_of_domains(LeastSquares() + Cycle(0.7) + IdentityMapping(0.3), IdentityMapping, "CycleGAN")[1:],
    *_of_domains(NonSaturating() + Cycle(0.7), Cycle)[1:],
    *_of_domains(NonSaturating() + Cycle(0.7, "one", 2), Cycle, "Cycle of one way, squared")[1:],
    *_losses(_HISTORY.after(GAME.D, GAME.G, None, np.random.default_rng(4).standard_normal((5, 2))), of=History)[:1],
    *_losses(NonSaturating() + LikelihoodOfG(ELBO(0.5), 0.3), Game(VARIATIONAL["Bernoulli"], GAME.D), of=LikelihoodOfG),
    *_losses(Minimax().shown(InstanceNoise(optim.constant(0.5), rng=np.random.default_rng(0))), of=InstanceNoise),
    *_losses(NonSaturating().shown(DiffAugment(rng=np.random.default_rng(0))), IMAGES, of=DiffAugment, shape=(3, 4, 2)),
    *_losses(
        (NonSaturating() + R1(1.0)).shown(DiffAugment(rng=np.random.default_rng(0))),
        IMAGES,
        name="DiffAugment with R1",
        of=DiffAugment,
        shape=(3, 4, 2),
    )[:1],
    *_losses(NonSaturating().shown(ADA(p=0.5, rng=np.random.default_rng(0))), IMAGES, of=ADA, shape=(3, 4, 2)),
]
