"""Gradient checks of the objectives of a single player, in its parameters, the examples and the noise."""

from typing import Any

import numpy as np

from tinygan import nn
from tinygan.autograd import raw
from tinygan.backend import namespace
from tinygan.gradcheck.case import Case, of_module
from tinygan.gradcheck.games import AUTOENCODER, CLASSIFIER, LABELS, TRANSLATED, VARIATIONAL, pair
from tinygan.objectives import (
    ELBO,
    AbsoluteError,
    Binarized,
    CrossEntropy,
    ImportanceWeighted,
    SquaredError,
)


def _loss(objective: Any, G: Any, *shapes: tuple[int, ...], form: Any = None, name: str = "", of: Any = None) -> Case:
    """The check of a loss of G.   shapes: of examples and, for a loss with codes, of noise, both as plain arrays.

    form: makes of an array x the form of x.   of: the class of the objective, or that of its view.
    """
    state = objective.state()

    def loss(G: Any, x: Any, z: Any = None) -> Any:
        return objective.restored(state).loss(G, form(x) if form else x, z)

    of = of or type(objective)
    return of_module("objective", G, *shapes, name=name or of.__name__, call=loss, of=of)


def _labelled(x: Any) -> nn.Labelled:
    return nn.Labelled(x, namespace(raw(x)).asarray(LABELS[0]))


_BINARIZED = ELBO().shown(Binarized(np.random.default_rng(0)))

CASES = [
    _loss(SquaredError(), AUTOENCODER, (5, 3)),
    _loss(CrossEntropy(), CLASSIFIER.D, (5, 3), form=_labelled),
    _loss(AbsoluteError(), TRANSLATED.G, (5, 4), form=pair),
    _loss(ELBO(), VARIATIONAL["Bernoulli"], (2, 3), (2, 2), name="ELBO Bernoulli"),
    _loss(ELBO(0.5), VARIATIONAL["Gaussian"], (2, 3), (4, 2), name="ELBO Gaussian of two draws"),
    _loss(ImportanceWeighted(), VARIATIONAL["Bernoulli"], (2, 3), (6, 2), name="ImportanceWeighted Bernoulli"),
    _loss(ImportanceWeighted(), VARIATIONAL["Gaussian"], (2, 3), (6, 2), name="ImportanceWeighted Gaussian"),
    _loss(_BINARIZED, VARIATIONAL["Bernoulli"], (2, 3), (2, 2), name="ELBO of binarized examples", of=Binarized),
]
