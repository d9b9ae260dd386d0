"""One number for each example: what gives more is refused by every objective, in both turns."""

import numpy as np
import pytest

from tinygan import objectives, optim
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives.scores import score, scores

X, Z = np.ones((4, 2)), np.zeros((4, 2))
EVERY = [
    objectives.Minimax(),
    objectives.NonSaturating(),
    objectives.LeastSquares(),
    objectives.Hinge(),
    objectives.Wasserstein(),
    objectives.WassersteinGP(),
    objectives.FGAN("kl"),
    objectives.EnergyBased(1.0),
    objectives.BoundaryEquilibrium(),
    objectives.LabelSmoothing(objectives.Minimax()),
    objectives.R1(objectives.Hinge()),
]


@pytest.mark.parametrize("objective", EVERY, ids=lambda objective: type(objective).__name__)
@pytest.mark.parametrize("turn", ["d_loss", "g_loss"])
def test_two_outputs(objective, turn):
    with pytest.raises(
        ShapeMismatch, match=r"^D is expected to give one number for each example, \(m, 1\), but gives \(4, 2\)"
    ):
        getattr(objective, turn)(lambda x: 2 * x, lambda z: z, X, Z)


@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 3, 3, 1), (2, 1)])
def test_a_number_for_each_example_pack_or_patch(shape):
    assert score(lambda x: np.zeros(shape), X).shape == shape
    assert [s.shape for s in scores(lambda x: np.zeros(shape), X, Z)] == [shape, shape]


@pytest.mark.parametrize("base", [objectives.Hinge, "hinge", None, optim.adam()], ids=["class", "text", "None", "rule"])
@pytest.mark.parametrize(
    "around",
    [
        objectives.R1,
        objectives.DRAGAN,
        objectives.OrthogonalRegularization,
        objectives.Ensemble,
        objectives.FeatureMatching,
        objectives.ZeroSum,
        lambda base: objectives.HistoricalAveraging(base, 0.1),
        lambda base: objectives.InstanceNoise(base, optim.constant(0.1)),
        lambda base: objectives.Unrolled(base, 1, optim.sgd()),
    ],
)
def test_what_is_no_objective_has_nothing_around_it(around, base):
    with pytest.raises(SettingError, match=r": expected an objective such as Minimax\(\), got "):
        around(base)


@pytest.mark.parametrize("rule", [optim.sgd, None, 0.1], ids=["class", "None", "number"])
def test_unrolling_needs_a_rule(rule):
    with pytest.raises(SettingError, match=r"^Unrolled: rule is expected to be an update rule such as adam"):
        objectives.Unrolled(objectives.Minimax(), 1, rule)


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("kind", [objectives.WassersteinGP, lambda w: objectives.R1(objectives.Hinge(), w)])
def test_weights(kind, weight):
    with pytest.raises(SettingError, match=r"^weight is expected to be (at least 0|finite), got (-1.0|nan|inf)$"):
        kind(weight)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: objectives.R1(objectives.Hinge(), None), "weight is expected to be a number, got None"),
        (lambda: objectives.WassersteinGP(10.0, 0), "WassersteinGP: rng is expected to be numpy.random.default_rng"),
        (lambda: objectives.DRAGAN(objectives.Minimax(), rng=3), "DRAGAN: rng is expected to be numpy.random.default"),
        (
            lambda: objectives.InstanceNoise(objectives.Minimax(), 0.1),
            "InstanceNoise: schedule is expected to be optim",
        ),
        (lambda: objectives.BoundaryEquilibrium(k=5), r"k is expected in \[0, 1\], got 5"),
        (lambda: objectives.Unrolled(objectives.Minimax(), 1.5, optim.sgd()), "steps is expected to be a whole number"),
        (
            lambda: objectives.FeatureMatching(objectives.Minimax(), "a"),
            "FeatureMatching: layer is expected to be a",
        ),
    ],
)
def test_settings_that_are_none(make, words):
    with pytest.raises(SettingError, match=f"^{words}"):
        make()


@pytest.mark.parametrize("objective", EVERY, ids=lambda objective: type(objective).__name__)
def test_a_repr_names_no_address(objective):
    assert " at 0x" not in repr(objective)
