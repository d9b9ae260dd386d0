"""Gradient checks of every objective, in both networks' parameters, the examples and the noise."""

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from tinygan import functional as F
from tinygan import nn, objectives, optim
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.gradcheck.case import Case, of_module
from tinygan.networks.autoencoders import Autoencoder, VariationalAutoencoder
from tinygan.networks.heads import ScoreAndCategory, WithQ
from tinygan.objectives import (
    ADA,
    DRAGAN,
    ELBO,
    FGAN,
    L1,
    R1,
    R2,
    AbsoluteError,
    AuxiliaryClassifier,
    Binarized,
    BoundaryEquilibrium,
    CrossEntropy,
    Cycle,
    DiffAugment,
    EnergyBased,
    FeatureMatching,
    GradientPenalty,
    Hinge,
    HistoricalAveraging,
    History,
    IdentityMapping,
    ImportanceWeighted,
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
    SquaredError,
    Unrolled,
    Wasserstein,
    ZeroSum,
)

_RNG = np.random.default_rng(0)


class Game(NamedTuple):
    """Two small networks with smooth activations."""

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


_OF_IMAGES = np.random.default_rng(2)
_IMAGES = Game(
    nn.Sequential(nn.Dense(2, 24, _OF_IMAGES), F.tanh, nn.Reshape(3, 4, 2)),
    nn.Sequential(nn.Conv2d(2, 2, 2, _OF_IMAGES), F.tanh, nn.Reshape(12), nn.Dense(12, 1, _OF_IMAGES)),
)

_ENSEMBLE = Game(_GAME.G, nn.Ensemble(nn.Dense(3, 1, _RNG), _GAME.D))

_LABELLED = Game(
    nn.KeepLabels(nn.Sequential(nn.JoinLabels(nn.Embedding(3, 2, _RNG)), nn.Dense(4, 3, _RNG), F.tanh)),
    nn.Sequential(nn.JoinLabels(nn.OneHot(3)), nn.Dense(6, 3, _RNG), F.tanh, nn.Dense(3, 1, _RNG)),
)
_CLASSIFIED = Game(
    _LABELLED.G,
    nn.Sequential(nn.DropLabels(), nn.Dense(3, 4, _RNG), F.tanh, ScoreAndCategory(4, 3, _RNG)),
)
_LABELS = np.array([0, 2, 1, 1, 0]), np.array([1, 1, 2, 0, 2])  # of the examples, and of the noise

_CLASSIFIER = Game(_GAME.G, nn.Sequential(nn.Dense(3, 4, _RNG), F.tanh, nn.Dense(4, 3, _RNG)))


def _half_labelled(x: Any) -> Any:
    """The first two examples with labels, the others without."""
    return nn.Semi(nn.Labelled(x[:2], namespace(raw(x)).asarray(_LABELS[0][:2])), x[2:])


_CODED = Game(
    nn.Sequential(nn.JoinCodes(3), nn.Dense(6, 3, _RNG), F.tanh),
    WithQ(nn.Sequential(nn.Dense(3, 4, _RNG), F.tanh), nn.Dense(4, 1, _RNG), nn.Dense(4, 4, _RNG), 3),
)


def _codes(z: Any) -> nn.Codes:
    """Noise z (5, 2) with categories, and with its first number as a continuous code."""
    return nn.Codes(z, namespace(raw(z)).asarray(_LABELS[1]), z[:, :1])


def _losses(
    objective: Any,
    game: Game = _GAME,
    y_real: Any = None,
    y_fake: Any = None,
    *,
    noise: Any = None,
    name: str = "",
    of: type | None = None,
    examples: Any = None,
    shape: tuple[int, ...] = (3,),
) -> list[Case]:
    """The checks of both losses of an objective.   of: its class, or that of a term.   y_real, y_fake: labels of x, z.
    examples: makes of an array x the form of x.
    noise: makes a z of another form from an array.

    shape: of an example.
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
        case = of_module("objective", game, (5, *shape), (5, 2), name=line, call=loss)
        cases.append(dataclasses.replace(case, of=of))
    return cases


_TRANSLATED = Game(
    nn.KeepInput(nn.Sequential(nn.Dense(2, 4, _RNG), F.tanh, nn.Dense(4, 3, _RNG))),
    nn.Sequential(nn.JoinPair(), nn.Dense(5, 3, _RNG), F.tanh, nn.Dense(3, 1, _RNG)),
)


def _pair(x: Any) -> nn.Pair:
    """Rows of numbers as pairs: the first two are a, and b has three, the last of which is a constant."""
    constant = namespace(raw(x)).full((len(x), 5 - x.shape[1]), 0.5, dtype=x.dtype)
    return nn.Pair(x[:, :2], F.concatenate([x[:, 2:], constant], axis=1))


_OF_DOMAINS = np.random.default_rng(3)
_DOMAINS = Game(
    nn.TwoWay(*(nn.Sequential(nn.Dense(2, 2, _OF_DOMAINS), F.tanh, nn.Dense(2, 2, _OF_DOMAINS)) for _ in range(2))),
    nn.EachDomain(nn.Dense(2, 1, _OF_DOMAINS), nn.Sequential(nn.Dense(2, 1, _OF_DOMAINS), F.tanh)),
)


def _of_domains(objective: Any, of: type, name: str = "") -> list[Case]:
    """The checks of an objective of two domains."""
    forms: dict[str, Any] = {
        "examples": lambda x: nn.Pair(x[:, :2], x[:, 1:]),
        "noise": lambda z: nn.Pair(z, 0.7 - 2 * z),
    }
    return _losses(objective, _DOMAINS, of=of, name=name, **forms)


_HISTORY = NonSaturating().shown(History(3, rng=np.random.default_rng(0)))

_AUTOENCODER = nn.Sequential(nn.Dense(3, 2, _RNG), F.tanh), nn.Dense(2, 3, _RNG)


def _likelihood(objective: Any) -> Any:
    """The loss of a single player on examples, with labels if it needs them."""

    def loss(G: Any, x: Any) -> Any:
        labels = namespace(raw(x)).asarray(_LABELS[0])
        return objective.loss(G, nn.Labelled(x, labels) if isinstance(objective, CrossEntropy) else x, None)

    return loss


_VARIATIONAL = {
    name: VariationalAutoencoder(
        nn.Sequential(nn.Dense(3, 4, _RNG), F.tanh, nn.Dense(4, 4, _RNG), nn.AsGaussian()),
        nn.Sequential(nn.Dense(2, 3, _RNG), last),
    )
    for name, last in (("Bernoulli", nn.AsBernoulli()), ("Gaussian", nn.WithVariance(0.7)))
}


def _bound(name: str, objective: Any, likelihood: str, draws: int) -> Case:
    """A bound of a variational autoencoder with `draws` codes for each of two examples."""
    state = objective.state()

    def loss(G: Any, x: Any, z: Any) -> Any:
        return objective.restored(state).loss(G, x, z)

    case = of_module("objective", _VARIATIONAL[likelihood], (2, 3), (2 * draws, 2), name=name, call=loss)
    return dataclasses.replace(case, of=type(objective))


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
    *_losses(SemiSupervised(0.7), _CLASSIFIER, examples=_half_labelled),
    *_losses(EnergyBased(4.0), _ENERGIES),
    *_losses(EnergyBased(0.0), _ENERGIES, name="EnergyBased beyond the margin"),
    *_losses(BoundaryEquilibrium(k=0.3), _ENERGIES),
    *_losses(ZeroSum(Minimax())),
    *_losses(Unrolled(ZeroSum(Minimax()), 2, optim.sgd(0.5))),
    *_losses(Unrolled(Wasserstein(), 2, optim.adam(0.1, epsilon=0.1)), name="Unrolled by Adam"),
    *_losses(Unrolled(Minimax() + R1(1.0), 1, optim.sgd(0.5)), name="Unrolled with R1"),
    *_losses(
        Unrolled(Minimax(), 1, optim.by_path({"layers.0": optim.sgd(0.5)}, optim.sgd(0.1))), name="Unrolled by path"
    )[1:],
    *_losses(NonSaturating(), _ENSEMBLE, name="NonSaturating of an ensemble"),
    *_losses(Minimax() + R1(1.0), _ENSEMBLE, name="R1 of an ensemble", of=R1),
    *_losses(NonSaturating() + OrthogonalRegularization(0.1), _LABELLED, *_LABELS, name="Objective of labelled"),
    *_losses(Minimax() + AuxiliaryClassifier(0.5), _CLASSIFIED, *_LABELS, of=AuxiliaryClassifier),
    *_losses(Objective(Minimax(), g=FeatureMatching()), of=FeatureMatching),
    *_losses(EnergyBased(4.0) + PullingAway(0.5), _ENERGIES, of=PullingAway)[1:],
    *_losses(Wasserstein() + GradientPenalty(rng=np.random.default_rng(0)), of=GradientPenalty)[:1],
    *_losses(
        Wasserstein() + GradientPenalty(rng=np.random.default_rng(0)),
        _LABELLED,
        *_LABELS,
        name="GradientPenalty of labelled examples",
        of=GradientPenalty,
    )[:1],
    *_losses(NonSaturating() + R1(), of=R1)[:1],
    *_losses(NonSaturating() + R2(), of=R2)[:1],
    *_losses(Relativistic() + R1(2.0) + R2(3.0), name="R1 and R2 in one pass", of=R2)[:1],
    *_losses(NonSaturating() + R1(2.0) + R2(3.0), _LABELLED, *_LABELS, name="R1 and R2 of labelled", of=R2)[:1],
    *_losses(NonSaturating() + Lazy(R1(), 4), of=Lazy)[:1],
    *_losses(NonSaturating() + DRAGAN(rng=np.random.default_rng(0)), of=DRAGAN)[:1],
    *_losses((Minimax() + HistoricalAveraging(0.3)).after(_GAME.D, _GAME.G, None, None), of=HistoricalAveraging),
    *_losses(NonSaturating() + OrthogonalRegularization(0.1), of=OrthogonalRegularization)[1:],
    *_losses(NonSaturating() + Information(0.7, 0.4), _CODED, noise=_codes, of=Information),
    *_losses(
        NonSaturating() + Information(control=True), _CODED, noise=_codes, name="Information, control", of=Information
    ),
    *_losses(NonSaturating() + L1(0.7), _TRANSLATED, examples=_pair, noise=_pair, of=L1),
    dataclasses.replace(
        of_module(
            "objective",
            _TRANSLATED.G,
            (5, 4),
            name="AbsoluteError",
            call=lambda G, x: AbsoluteError().loss(G, _pair(x), None),
        ),
        of=AbsoluteError,
    ),
    *_of_domains(LeastSquares() + Cycle(0.7) + IdentityMapping(0.3), IdentityMapping, "CycleGAN")[1:],
    *_of_domains(NonSaturating() + Cycle(0.7), Cycle)[1:],
    *_of_domains(NonSaturating() + Cycle(0.7, "one", 2), Cycle, "Cycle of one way, squared")[1:],
    *_losses(_HISTORY.after(_GAME.D, _GAME.G, None, np.random.default_rng(4).standard_normal((5, 2))), of=History)[:1],
    dataclasses.replace(
        of_module(
            "objective", Autoencoder(*_AUTOENCODER), (5, 3), name="SquaredError", call=_likelihood(SquaredError())
        ),
        of=SquaredError,
    ),
    dataclasses.replace(
        of_module("objective", nn.Dense(3, 4, _RNG), (5, 3), name="CrossEntropy", call=_likelihood(CrossEntropy())),
        of=CrossEntropy,
    ),
    _bound("ELBO Bernoulli", ELBO(), "Bernoulli", 1),
    _bound("ELBO Gaussian of two draws", ELBO(0.5), "Gaussian", 2),
    _bound("ImportanceWeighted Bernoulli", ImportanceWeighted(), "Bernoulli", 3),
    _bound("ImportanceWeighted Gaussian", ImportanceWeighted(), "Gaussian", 3),
    dataclasses.replace(
        _bound("ELBO of binarized examples", ELBO().shown(Binarized(np.random.default_rng(0))), "Bernoulli", 1),
        of=Binarized,
    ),
    *_losses(
        NonSaturating() + LikelihoodOfG(ELBO(0.5), 0.3), Game(_VARIATIONAL["Bernoulli"], _GAME.D), of=LikelihoodOfG
    ),
    *_losses(Minimax().shown(InstanceNoise(optim.constant(0.5), rng=np.random.default_rng(0))), of=InstanceNoise),
    *_losses(
        NonSaturating().shown(DiffAugment(rng=np.random.default_rng(0))), _IMAGES, of=DiffAugment, shape=(3, 4, 2)
    ),
    *_losses(
        (NonSaturating() + R1(1.0)).shown(DiffAugment(rng=np.random.default_rng(0))),
        _IMAGES,
        name="DiffAugment with R1",
        of=DiffAugment,
        shape=(3, 4, 2),
    )[:1],
    *_losses(NonSaturating().shown(ADA(p=0.5, rng=np.random.default_rng(0))), _IMAGES, of=ADA, shape=(3, 4, 2)),
]
