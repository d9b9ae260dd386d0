"""One number for each example: what gives more is refused by every objective, in both turns."""

import numpy as np
import pytest

from tinygan import nn, objectives, optim
from tinygan.errors import SettingError, ShapeMismatch
from tinygan.objectives.scores import codes, scores

X, Z = np.ones((4, 2)), np.zeros((4, 2))
EVERY = [
    objectives.Minimax(),
    objectives.NonSaturating(),
    objectives.LeastSquares(),
    objectives.Hinge(),
    objectives.Wasserstein(),
    objectives.Wasserstein() + objectives.GradientPenalty(),
    objectives.Relativistic(),
    objectives.FGAN("kl"),
    objectives.EnergyBased(1.0),
    objectives.BoundaryEquilibrium(),
    objectives.NonSaturating(real=0.9),
    objectives.Hinge() + objectives.R1(),
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
    score = np.zeros(shape)
    assert scores(score) == [score]
    assert scores([score, nn.Heads(score, X)]) == [score, score]
    assert codes([score, nn.Heads(score, X)]) == [X]


@pytest.mark.parametrize(
    ("output", "found"), [((X[:, :1], X), "a tuple without names"), ([], "an empty list"), ((), "a")]
)
def test_what_is_no_score_is_told(output, found):
    """(logit, code) could be two logits as well."""
    with pytest.raises(ShapeMismatch, match=rf"^D is expected to give scores, a list of them, .*but gives {found}"):
        scores(output)


@pytest.mark.parametrize("term", [objectives.R1, "r1", None, optim.adam(), objectives.Hinge()])
def test_only_terms_are_added(term):
    """Not a class that has yet to be made, nor another loss."""
    for game in (objectives.Minimax(), objectives.Minimax() + objectives.R1(1.0)):
        with pytest.raises(
            (SettingError, TypeError), match=r"expected a term such as R1\(10.0\), got |unsupported oper"
        ):
            game + term


def test_each_part_has_its_slot():
    for wrong, words in [
        (lambda: objectives.Objective(objectives.R1()), "expected a loss such as Minimax"),
        (lambda: objectives.Objective(objectives.Minimax() + objectives.R1()), "expected a loss such as Minimax"),
        (lambda: objectives.Minimax().shown(objectives.R1()), "expected a view such as InstanceNoise"),
        (lambda: objectives.Objective(objectives.Minimax(), g=objectives.Hinge()), "expected a term such as R1"),
        (lambda: objectives.Unrolled(objectives.R1(), 1, optim.sgd()), "expected an objective such as Minimax"),
    ]:
        with pytest.raises(SettingError, match=words):
            wrong()


def test_an_objective_reads_like_the_papers_sum():
    game = objectives.Hinge() + objectives.R1(1.0) + objectives.OrthogonalRegularization(1e-4)
    assert repr(game) == "Hinge() + R1(weight=1.0) + OrthogonalRegularization(weight=0.0001, without=())"


@pytest.mark.parametrize("rule", [optim.sgd, None, 0.1], ids=["class", "None", "number"])
def test_unrolling_needs_a_rule(rule):
    with pytest.raises(SettingError, match=r"^Unrolled: rule is expected to be an update rule such as adam"):
        objectives.Unrolled(objectives.Minimax(), 1, rule)


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("kind", [objectives.GradientPenalty, objectives.R1, objectives.R2, objectives.PullingAway])
def test_weights(kind, weight):
    with pytest.raises(SettingError, match=r"^weight is expected to be (at least 0|finite), got (-1.0|nan|inf)$"):
        kind(weight)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: objectives.R1(None), "weight is expected to be a number, got None"),
        (
            lambda: objectives.GradientPenalty(10.0, 0),
            "GradientPenalty: rng is expected to be numpy.random.default_rng",
        ),
        (lambda: objectives.DRAGAN(rng=3), "DRAGAN: rng is expected to be numpy.random.default"),
        (
            lambda: objectives.InstanceNoise(0.1),
            r"InstanceNoise: expected a schedule such as optim.constant\(0.5\), got 0.1",
        ),
        (lambda: objectives.BoundaryEquilibrium(k=5), r"k is expected in \[0, 1\], got 5"),
        (lambda: objectives.Unrolled(objectives.Minimax(), 1.5, optim.sgd()), "steps is expected to be a whole number"),
        (
            lambda: objectives.FeatureMatching("a"),
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
